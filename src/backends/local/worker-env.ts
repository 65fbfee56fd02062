/** The environment of a local worker: the host's own, less what would change how Node runs the worker. */

/** Options in NODE_OPTIONS that make Node load the host's hooks or open its debugger's port a second time. */
const HOST_ONLY = /^(-r$|--(inspect|import|require|loader|experimental-loader))/;

export function workerEnv(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const { NODE_OPTIONS, NODE_V8_COVERAGE: _, ...rest } = env;
  const options = withoutHostOnly(splitOptions(NODE_OPTIONS ?? ""));
  return options.length === 0 ? rest : { ...rest, NODE_OPTIONS: options.map(quoted).join(" ") };
}

/** As Node splits them: at spaces, but not inside double quotes, where a backslash makes the next character literal. */
function splitOptions(text: string): string[] {
  const words = text.match(/(?:"(?:\\.|[^"\\])*"|[^\s"])+/g) ?? [];
  return words.map((word) => word.replace(/"((?:\\.|[^"\\])*)"/g, (_, inner: string) => inner.replace(/\\(.)/g, "$1")));
}

function quoted(word: string): string {
  return /[\s"\\]/.test(word) ? `"${word.replace(/["\\]/g, "\\$&")}"` : word;
}

function withoutHostOnly(words: string[]): string[] {
  const kept: string[] = [];
  for (let i = 0; i < words.length; i++) {
    const word = words[i] as string;
    if (!HOST_ONLY.test(word)) kept.push(word);
    else if (!word.includes("=") && !word.startsWith("--inspect")) i++;
  }
  return kept;
}
