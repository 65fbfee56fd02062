import { describe, expect, it } from "vitest";
import { capture } from "../../../../src/capture/capture.js";
import { looksSecret } from "../../../../src/capture/report/secrets.js";

/** In two halves, so that nobody's scanner takes this file for a leak. */
const KEY = ["AKIA", "IOSFODNN7EXAMPLE"].join("");
const WORD = "hunter2hunter2";
const times = (text: string, count: number) => text.repeat(count);

const secretsOf = (fn: Function) => capture(fn).warnings.map(({ path }) => path);

describe("by its form", () => {
  it.each([
    KEY,
    `-----BEGIN EC ${"PRIVATE KEY"}-----\nabc`,
    `ghp_${times("a", 36)}`,
    `ghu_${times("a", 36)}`,
    `ghs_${times("a", 36)}`,
    `github_pat_${times("a", 60)}`,
    `glpat-${times("aB3", 7)}`,
    `npm_${times("aB3", 12)}`,
    `xoxb-${"123456789012-abcdefghij"}`,
    `sk_live_${times("a1B2", 6)}`,
    `sk-proj-${times("a1B2", 12)}`,
    `AIza${times("a1B2c", 7)}`,
    "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NSJ9.SflKxwRJSMeKKF2QT4",
    "Bearer abcdefghijklmnopqrst",
    "Authorization: Bearer abc123def456ghi789\r\nAccept: */*",
    `curl -H "authorization: bearer ${"abc123def456ghi789"}" https://example.com`,
    "BASIC dXNlcjpwYXNzd29yZA==",
    "postgres://admin:s3cretpass@db.example.com/x",
    `${times("x\n", 1000)}${KEY}`,
  ])("%s", (text) => expect(looksSecret("text", text)).toBe(true));

  it.each([
    "The secret of the password is to keep it",
    "sk-circle sk-fading-circle-animation-delay",
    "desk-abcdefghijklmnopqrstuvw",
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "-----BEGIN PUBLIC KEY-----\nabc",
    "eyJhbGciOiJIUzI1NiJ9",
    "https://example.com:8080/a@b",
    "basic understanding of the matter",
    "Basic internationalization, and more",
  ])("not %s", (text) => expect(looksSecret("text", text)).toBe(false));

  it("searches long texts in linear time", () => {
    for (const part of ["://", "sk-A1", "eyJ", "a.b-c", "-----BEGIN ", "Bearer "])
      expect(looksSecret("text", times(part, 100_000))).toBeTypeOf("boolean");
  });
});

describe("by its name", () => {
  it.each(
    "password DB_PASSWORD userPassword pw DB_PW userPw passcode PGPASSWORD oldPassword2 passphrase DB_PWD secret clientSecret secretAccessKey AWS_SECRET_ACCESS_KEY apiKey api-key x-api-key APIKey apikey authToken accessToken credentials privateKey".split(
      " ",
    ),
  )("%s", (name) => expect(looksSecret(name, WORD)).toBe(true));

  it.each(["token", "apiToken", "API_TOKEN"])("%s, if it is long enough", (name) => {
    expect(looksSecret(name, "abcdefghijklmnop")).toBe(true);
    expect(looksSecret(name, "identifier")).toBe(false);
  });

  it.each(
    "secretary passwordLabel passwordPattern passwordFieldName secretName apiKeyEnv compasswdir access_keyboard tokens tokenizer primaryKey nextPageToken PWD".split(
      " ",
    ),
  )("not %s", (name) => expect(looksSecret(name, "north-north-west")).toBe(false));
});

describe("wherever it is held, with the way to it", () => {
  class Holder {
    #password = WORD;
    static #secret = WORD;
    read() {
      return this.#password + Holder.#secret;
    }
  }
  const holder = new Holder();
  const frozen = Object.freeze({ apiKey: WORD });
  const hidden = Object.defineProperty({}, "apiKey", { value: WORD });
  const map = new Map([["password", WORD]]);
  const list = ["x", KEY];
  const boxed = new String(KEY);
  const named = { "api-key": WORD, [Symbol("password")]: WORD };
  const partly = { deep: { token: times(WORD, 2) } };
  const bound = ((_user: string, _password = "") => 0).bind(null, "me", WORD);
  const url = new URL(`https://me:${WORD}@example.com`);
  const file = Buffer.from(`-----BEGIN ${"PRIVATE KEY"}-----`);

  it.each<[string, Function, string[]]>([
    ["private fields", () => holder.read(), ["holder.#password", "holder.__proto__.constructor.#secret"]],
    ["frozen", () => frozen, ["frozen.apiKey"]],
    ["frozen, a member", () => frozen.apiKey, ["frozen.apiKey"]],
    ["hidden", () => hidden, ["hidden.apiKey"]],
    ["Map", () => map.size, ['map.get("password")']],
    ["array", () => list, ["list[1]"]],
    ["boxed", () => boxed, ["boxed"]],
    ["names", () => named, ['named["api-key"]', "named[Symbol(password)]"]],
    ["member", () => partly.deep.token, ["partly.deep.token"]],
    ["bound", bound, ["(bound argument 1)"]],
    ["variable of a function", () => bound, ["bound (bound argument 1)"]],
    ["URL", () => url.href, ["url"]],
    ["file of a key", () => file.length, ["file"]],
  ])("%s", (_what, fn, paths) => expect(secretsOf(fn)).toEqual(paths));
});
