const plugins = [];
export const use = (plugin) => plugins.push(plugin);
export const names = () => plugins.map((plugin) => plugin.name);
export const create = (name) => ({ name, say: () => `I am ${name}` });
export class Client {
  constructor(options) {
    this.options = options;
  }
  url(path) {
    return `${this.options.base}${path}`;
  }
}
export class Parcel {
  weight = 1;
  #heavier(by) {
    return this.weight + by;
  }
  add(by) {
    return this.#heavier(by);
  }
}
