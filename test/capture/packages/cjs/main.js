const table = new Map([["k", "v"]]);
function parse(text) {
  return { text, known: table.has(text) };
}
parse.strict = (text) => {
  if (!table.has(text)) throw new RangeError(`unknown ${text}`);
  return parse(text);
};
parse.Parser = class Parser {
  run(text) {
    return parse(text);
  }
};
parse.options = { deep: { on: true } };
module.exports = parse;
