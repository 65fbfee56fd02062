// Written by hand in CommonJS: sloppy code, require in every form, exports that are read late.
const fs = require("fs");
const path = require("node:path");
const { createHash } = require("crypto");
const { promisify, types: { isDate } } = require("node:util");
const EventEmitter = require("events");
const ms = require("ms");
const parse = require("@fixture/cjs");
const { options: { deep }, Parser } = parse;
const named = require("@fixture/cjs/named.js");
const { form } = require("@fixture/dual");
const legacy = require("./user/legacy.cjs");
const { bonus, Legacy } = legacy;
const lazy = () => require("node:os");

const list = [];
const add = (ideal) => (id, make, options) => list.push({ id: `CommonJS/${id}`, group: "CommonJS", ideal, make, ...options });
const works = add("works");
const refused = (id, name, make, options) => add("error")(id, make, { ...options, name });
const either = (id, name, make, options) => add("either")(id, make, { ...options, name });

var old = 1;
let fresh = 2;
implicitGlobal = 40;
exports.shared = 5;
exports.readShared = () => exports.shared + module.exports.shared;
function hoisted() { return old++ + fresh; }
this.viaThis = "this is exports";

works("built-in", () => () => fs.existsSync("/"), { want: true });
works("built-in, node: form", () => () => path.join("a", "b"), { want: "a/b" });
works("built-in, destructured", () => () => createHash("md5").update("a").digest("hex").length, { want: 32 });
works("built-in, destructured twice", () => () => [isDate(new Date()), typeof promisify], { want: [true, "function"] });
works("built-in class", () => () => new EventEmitter().listenerCount("x"), { want: 0 });
works("class that extends a required class", () => { class Bus extends EventEmitter { n = 1; } return () => new Bus().n; }, { want: 1 });
works("package", () => () => ms("1s"), { want: 1000 });
works("package with members", () => () => [parse("k").known, parse.strict("k").text, parse.options === undefined], { want: [true, "k", false] });
works("package, destructured", () => () => [new Parser().run("k").known, deep.on], { want: [true, true] });
works("package transpiled from ESM", () => () => [named.default("x"), named.first("y"), new named.Kind().label], { want: ["default x", "first y", "kind"] });
works("dual package", () => () => form(), { want: "dual" });
works("the user's module", () => () => [legacy.duration("1m"), legacy.seen()]);
works("the user's module, destructured", () => () => [bonus, new Legacy().inc()], { want: [2, 2] });
works("the user's module that reads its exports", () => () => legacy.deep(), { want: 42 });
works("own exports", () => exports.readShared, { want: 10 });
works("own exports, one member", () => () => exports.shared, { want: 5 });
works("module.exports, one member", () => () => module.exports.shared, { want: 5 });
works("variables and a hoisted function", () => () => [hoisted(), old], { want: [3, 2] });
works("global made without a declaration", () => () => implicitGlobal + 2, { want: 42 });
works("__filename and __dirname", () => () => [typeof __filename, path.basename(__filename), typeof __dirname]);
works("__dirname alone", () => { const here = __dirname; return () => typeof here; }, { want: "string" });
works("require of a built-in in the call", () => () => require("node:path").basename("/a/b"), { want: "b" });
works("require of a package in the call", () => () => require("ms")("1s"), { want: 1000 });
works("require in a callee", () => () => typeof lazy().EOL, { want: "string" });
either("require of the user's module in the call", "./user/legacy.cjs", () => () => require("./user/legacy.cjs").bonus);
refused("require by a variable", "require", () => { const which = "./user/legacy.cjs"; return () => require(which).bonus; });
either("module itself", "module", () => () => typeof module.exports);
works("dynamic import of a built-in", () => async () => (await import("node:path")).sep, { want: "/" });
works("dynamic import of a package", () => async () => (await import("@fixture/esm")).clamp(5, 0, 1), { want: 1 });
works("sloppy this", () => function () { return this === globalThis; }, { want: true });
works("sloppy this in a nested function", () => () => (function () { return typeof this; })(), { want: "object" });
works("strict function in a sloppy file", () => function () { "use strict"; return typeof this; }, { want: "undefined" });
works("assignment to an undeclared name", () => () => { brandNew = 5; return typeof brandNew; }, { want: "number" });
works("sloppy names", () => { var let_ = 1, yield = 2, static = 3, package = 4; return () => [let_, yield, static, package]; }, { want: [1, 2, 3, 4] });
works("with statement", () => { const o = { inner: 3 }; return (x) => { with (o) { return inner * x; } }; }, { args: [2], want: 6 });
works("duplicate parameters", () => function (a, a) { return a; }, { args: [1, 2], want: 2 });
works("octal", () => () => 0o10 + 010, { want: 16 });
works("linked arguments", () => function (a) { arguments[0] = "linked"; return a; }, { args: ["own"], want: "linked" });
works("arguments.callee", () => function (n) { return n < 2 ? 1 : n * arguments.callee(n - 1); }, { args: [5], want: 120 });
works("function in a block is hoisted", () => { { function blocky() { return "b"; } } return () => blocky(); }, { want: "b" });
works("delete of a name", () => () => { globalThis.toGo = 1; return [delete globalThis.toGo, typeof toGo]; }, { want: [true, "undefined"] });
works("this of the module in an arrow", () => () => typeof this, { want: "object" });
either("this of the module, used", "this", () => () => this.viaThis);
either("arguments of the module wrapper", "arguments", () => () => typeof arguments, { want: "object" });
refused("direct eval", "eval", () => { const hidden = 1; return () => eval("hidden"); });
works("function assigned to a prototype", () => { function Old() { this.v = 1; } Old.prototype.get = function () { return this.v; }; return () => new Old().get(); }, { want: 1 });
works("caller's strictness doesn't leak", () => { const sloppy = new Function("return this === globalThis"); return () => { "use strict"; return sloppy(); }; }, { want: true });

// Not on the exports, which would then hold every case.
globalThis[Symbol.for("nodewren.commonjs")] = list;
