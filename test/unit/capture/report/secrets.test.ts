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

describe("names and values as they stand in programs", () => {
  it.each([
    ["password", "hunter2hunter2"],
    ["DB_PASSWORD", "correct horse battery"],
    ["password", "S3cr3t!pass"],
    ["password", "tr0ub4dor&3"],
    ["password", "qwertyuiop"],
    ["pgPassword", "postgres123"],
    ["clientSecret", "8Q~xKd92ndkT.yyQmvZa9"],
    ["client_secret", "3b9f0a7c4d5e6f708192a3b4c5d6e7f8"],
    ["secret", "keyboard cat"],
    ["SESSION_SECRET", "a-very-long-session-secret-1234"],
    ["jwtSecret", "mysupersecretjwtkey"],
    ["apiKey", "7f83b1657ff1fc53b92dc18148a1d65d"],
    ["API_KEY", "abcd-efgh-1234-5678"],
    ["apiToken", "abcdefghijklmnop"],
    ["token", "abcdefghijklmnop"],
    ["TOKEN", "9d7f2b1e6c5a48378b1d"],
    ["token", "3f6c9f5e-2b7a-4f5e-9a2b-1c3d5e7f9a0b"],
    ["accessToken", "ya29.a0AfH6SMBx1234567890abcdef"],
    ["authToken", "dGhpcyBpcyBhIHRva2Vu"],
    ["refreshToken", "1//0gLu9aBcDeFgHiJkLmNoPqRs"],
    ["botToken", "110201543:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw"],
    ["privateKey", "MIIEvQIBADANBgkqhkiG9w0BAQEFAASC"],
    ["passphrase", "open sesame please"],
    ["secretAccessKey", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"],
    ["encryptionKey", "0123456789abcdef0123456789abcdef"],
    ["signing_key", "whsec_abcdEFGH1234ijkl"],
    ["adminPw", "letmein99"],
    ["credentials", "user:passw0rd"],
    ["password", "Passw0rd"],
    ["password", "changeme"],
    ["SECRET", "abc123def456ghi789"],
    ["token", "AAAAAAAAAAAAAAAAAAAAAMLheAAAAAAA0%2BuSeid"],
    ["webhookSecret", "4f8d1c2b9a"],
    ["DEFAULT_TOKEN", "4c6f9d2e8b1a7f3c5d0e"],
    ["DB_PASS", "hunter2hunter2"],
    ["password", "Winter2024!"],
    ["password", "iloveyou123"],
    ["smtpPassword", "zxcvbnm,./asd"],
    ["token", "gAAAAABhZ0Qw3kZ4"],
    ["API_TOKEN", "Zm9vYmFyYmF6cXV1eA"],
    ["authToken", "sess_abcdefghijklmnop"],
    ["secret", "s3cr3t-k3y-f0r-jwt"],
    ["cookieSecret", "thisisnotagoodsecret"],
    ["appSecret", "EAABsbCS1iHgBAKZCzQ"],
    ["privateKey", "0x4c0883a69102937d6231471b5dbb6204fe512961708279f2"],
    ["passphrase", "purple monkey dishwasher"],
    ["hmacSecret", "QmFzZTY0IGVuY29kZWQ"],
    ["secretKey", "GOCSPX-abcdEFghij"],
    ["password", "P@$$w0rd"],
    ["vaultToken", "hvs.CAESIJlU02LqZ"],
    ["ACCESS_TOKEN", "EAACEdEose0cBAEXAMPLE"],
    ["encryptionKey", "Sixteen byte key"],
  ])("%s: %s is a secret", (name, text) => expect(looksSecret(name, text)).toBe(true));

  it.each([
    ["DEFAULT_TOKEN", "__default_token__"],
    ["DEFAULT_TOKEN", "defaultTokenIdentifier"],
    ["TOKEN_TYPE", "urn:ietf:params:oauth:token-type:jwt"],
    ["tokenType", "application/vnd.token"],
    ["TOKEN", "InjectionToken:UserService"],
    ["token", "function-call-expression"],
    ["USER_SERVICE_TOKEN", "UserServiceInjectionToken"],
    ["eosToken", "<|end_of_sentence|>"],
    ["token", "template-literal-start"],
    ["csrfTokenName", "authenticity_token"],
    ["passwordLabel", "Enter your password"],
    ["password", "Password is required"],
    ["password", "At least 8 characters"],
    ["password", "string().min(8)"],
    ["password", "current-password"],
    ["passwordInput", "input[type=password]"],
    ["password", "#password-field"],
    ["password", ".form__password--error"],
    ["forgotPassword", "/account/forgot-password"],
    ["resetPassword", "https://example.com/reset-password"],
    ["PASSWORD", "PASSWORD_CHANGED"],
    ["INVALID_PASSWORD", "INVALID_PASSWORD"],
    ["secret", "ClientSecretCredential"],
    ["SECRET", "SECRET_FIELD_NAME"],
    ["clientSecret", "client_secret"],
    ["clientSecret", "OAUTH_CLIENT_SECRET"],
    ["apiKey", "x-api-key-header"],
    ["apiKey", "X-Api-Key"],
    ["API_KEY", "OPENAI_API_KEY"],
    ["apiKey", "<your-api-key>"],
    ["apiKey", "YOUR_API_KEY_HERE"],
    ["password", "********"],
    ["password", "[REDACTED]"],
    ["token", "xxxxxxxxxxxxxxxxxxxx"],
    ["credentials", "same-origin"],
    ["privateKey", "privateKey"],
    ["refreshToken", "refresh_token_grant"],
    ["grantType", "client_credentials"],
    ["dbSecret", "arn:aws:secretsmanager:eu-west-1:123456789012:secret:db-AbCdEf"],
    ["publicKeyToken", "b77a5c561934e089"],
    ["tokenSeparator", "------------------"],
    ["nextToken", "eyPageTwoOfTheResults"],
    ["syncToken", "sync-0000000000000001"],
    ["cancellationToken", "cancel-download-request"],
    ["password", "process.env.DB_PASSWORD"],
    ["apiKey", "{{ secrets.API_KEY }}"],
    ["password", "%PASSWORD_PLACEHOLDER%"],
    ["passwordHashAlgorithm", "argon2id-65536"],
    ["token", "keyword.control.flow.ts"],
    ["API_KEY_PREFIX", "sk_live_prefix_"],
    ["passwordStrength", "very-strong-indeed"],
    ["tokenEndpoint", "https://login.example.com/oauth2/token"],
    ["tokens", "one two three four five"],
    ["tokenAddress", "0xdAC17F958D2ee523a2206206994597C13D831ec7"],
    ["secretKeyBase", "secret_key_base_test"],
    ["TOKEN", "Symbol(acme.request.context)"],
    ["token", "user.session.active.token"],
    ["token", "src/tokens/default.json"],
    ["REFRESH_TOKEN_KEY", "app:refresh-token"],
    ["passwordError", "Passwords do not match"],
    ["INVALID_TOKEN", "ERR_INVALID_TOKEN"],
    ["tokenPrefix", "Bearer-Prefix-Token"],
    ["token", "identifier-name-start"],
    ["TOKEN_STORAGE_KEY", "@app/auth/token"],
    ["accessTokenCookie", "__Host-access_token"],
    ["secretRef", "projects/acme/secrets/db-password"],
    ["secretName", "prod/db/password"],
    ["apiKeyHeader", "X-Api-Key"],
    ["API_KEY_HEADER", "x-functions-key"],
    ["passwordRegex", "^(?=.*[A-Z]).{8,}$"],
    ["tokenDelimiter", "================"],
    ["startToken", "BEGIN_OF_SEQUENCE_MARK"],
    ["credentialsProvider", "fromTemporaryCredentials"],
    ["awsCredentials", "assumeRoleWithWebIdentity"],
    ["passwordField", "user_password"],
    ["TOKEN", "NG_VALUE_ACCESSOR_TOKEN"],
    ["HTTP_CLIENT_TOKEN", "HttpClientFactoryProvider"],
    ["designToken", "color.background.primary"],
    ["secretSanta", "Rudolph the reindeer"],
    ["passwordless", "magic-link-email"],
  ])("%s: %s is none", (name, text) => expect(looksSecret(name, text)).toBe(false));
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
