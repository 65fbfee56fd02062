export const form = () => "dual";
export default { form };
