export const fromSub = (x) => [x, "sub"];
export default class Sub {
  kind = "sub class";
}
