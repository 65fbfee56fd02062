Object.defineProperty(exports, "__esModule", { value: true });
exports.default = (x) => `default ${x}`;
exports.first = (x) => `first ${x}`;
exports.Kind = class Kind {
  label = "kind";
};
