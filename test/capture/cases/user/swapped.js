export default function mode() {
  return "first";
}
export function swapMode() {
  // biome-ignore lint/suspicious/noFunctionAssign: it is what the case is about
  mode = () => "swapped";
}
