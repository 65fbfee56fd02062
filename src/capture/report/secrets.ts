/** Forms that nothing but a secret has. Runs of characters are bounded, so that long texts are searched in linear time. */
const FORMS = [
  /\b(AKIA|ASIA)[A-Z0-9]{16}\b/,
  /-----BEGIN [A-Z ]{0,40}PRIVATE KEY/,
  /\b(gh[opsur]_|github_pat_)\w{20}/,
  /\bglpat-[\w-]{20}/,
  /\bnpm_[A-Za-z0-9]{36}\b/,
  /\bxox[abeoprs]-[\w-]{10}/,
  /\b[rs]k_(live|test)_[A-Za-z0-9]{16}/,
  /\bAIza[\w-]{35}/,
  /(?<![\w-])sk-(?=[\w-]{0,200}\d)(?=[\w-]{0,200}[A-Z])[\w-]{20}/,
  /\bSG\.[\w-]{16,64}\.[\w-]{16}/,
  /\bhf_[A-Za-z]{30}/,
  /\beyJ[\w-]{10,4000}\.[\w-]{10,8000}\.[\w-]{10}/,
  /\b([Bb]earer|BEARER|[Bb]asic|BASIC) [\w.~+/-]{16,8000}={0,2}$/,
  // Amid other text it may be prose, which has no digits in its words.
  /\b([Bb]earer|BEARER|[Bb]asic|BASIC) (?=[\w.~+/-]{0,200}\d)[\w.~+/-]{16}/,
  // A URL with a user and a password.
  /:\/\/[^\s:/?#@"'`]{0,128}:[^\s/?#@"'`]{1,256}@/,
];
const FORM = new RegExp(FORMS.map(({ source }) => source).join("|"));
/** No form is shorter, but for a URL with next to no password. */
const FORM_LENGTH = 15;

/** Words of a name, joined by spaces, that a secret goes by. */
const NAMES =
  /(password|passwd|passphrase|secret|credential|api ?key|access ?key|private ?key|auth ?token|access ?token)s?( |$)|(secret|signing|encryption) key( |$)|. pwd( |$)|(admin|auth|db|email|ftp|mail|mongo|mysql|pg|redis|root|smtp|ssh|user) pass( |$)|(^| )(pw|passcode)( |$)/;
/** Tokens of parsers, pages and cancellations are many; these are short, or prose. */
const TOKEN = /(?<!next |page |continuation |cancel |cancellation |cursor |sync |public key )token( |$)/;
const TOKEN_FORM = /^[^\s<>]{16,}$/;

/** A name that ends with one of these tells something about a secret. */
const ABOUT =
  /( |^)(address|algorithm|arn|column|dir|endpoint|env|error|field|file|format|header|hint|input|kind|label|length|limit|message|mode|name|param|path|pattern|placeholder|policy|prefix|prompt|question|regex|regexp|rule|rules|separator|status|strength|suffix|text|title|ttl|type|url|uri|variable)$/;

/** Words of a text without digits that names a secret, or talks of one. */
const TALK = /(^| )(password|passwd|passphrase|secret|credential|token|api key|access key|private key)s?( |$)/;
/** What stands in a secret's place, or for it: masks, gaps to be filled, code, the name of one in a store, addresses without digits. */
const STANDS_FOR = /^((.)\2*|\[.*\]|<.*>|\$?\{.*\}|%\w+%|[\w$.]+\(.*\)[\w().]*|arn:.*|(https?:\/)?\/\D*)$/;
/** A label: it begins as a sentence does. */
const SENTENCE = /^\p{Lu}\S*( \S+)*( [^\p{Lu}\s]\S*)( \S+)+$/u;

/** Shorter texts under such a name are labels and placeholders more often than secrets. */
const SECRET_LENGTH = 8;

/** Longer ones are no labels, and patterns of labels would take long for them. */
const LABEL_LENGTH = 300;

/** Whether a text looks like a secret, by its form or by the name it goes by. */
export function looksSecret(name: string, text: string): boolean {
  return (
    hasSecretForm(text) || (text.length >= SECRET_LENGTH && HAS_WORDS.test(name) && isSecretName(wordsOf(name), text))
  );
}

/** Elements of lists have none, and may be many. */
const HAS_WORDS = /[A-Za-z]{2}/;

export function hasSecretForm(text: string): boolean {
  return text.length >= FORM_LENGTH && FORM.test(text);
}

function isSecretName(words: string, text: string): boolean {
  const isNamed = NAMES.test(words);
  if (ABOUT.test(words) || !(isNamed || TOKEN.test(words))) return false;
  if (text.length > LABEL_LENGTH) return isNamed || TOKEN_FORM.test(text);
  if (STANDS_FOR.test(text) || (SENTENCE.test(text) && !KEYS.test(words))) return false;
  const told = /\d/.test(text) ? "" : wordsOf(text);
  if (TALK.test(told)) return false;
  if (isNamed) return !(MODES.test(words) && isIdentifier(told));
  return TOKEN_FORM.test(text) && !isIdentifier(told);
}

/** Nobody labels keys. */
const KEYS = / key$/;

/** Names that also go with identifiers: `credentials: "same-origin"`, `accessKey: "ctrl+shift"`. */
const MODES = /(credentials?|access key)$/;

/** Several words in a row, as no random text has them. */
function isIdentifier(told: string): boolean {
  const words = told.split(" ");
  return words.length > 1 && words.every(({ length }) => length > 1) && told.length / words.length > WORD_LENGTH;
}

/** How long words are at least on average, with the blank behind each. */
const WORD_LENGTH = 4;

/** `DB_PASSWORD`, `dbPassword` and `db-password` are all "db password". */
function wordsOf(name: string): string {
  return name
    .replace(/(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])/g, " ")
    .replace(/[^A-Za-z]+/g, " ")
    .trim()
    .toLowerCase();
}
