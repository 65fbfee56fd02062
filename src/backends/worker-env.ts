/** The environment of a local worker: the host's own, less what would change how Node runs the worker. */

/** Options in NODE_OPTIONS that make Node load the host's hooks or open its debugger's port a second time. */
const HOST_ONLY = /^--(inspect|import|require|loader|experimental-loader|r\b)/;

export function workerEnv(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const { NODE_OPTIONS, NODE_V8_COVERAGE: _, ...rest } = env;
  const options = withoutHostOnly(NODE_OPTIONS?.split(/\s+/) ?? []);
  return options.length === 0 ? rest : { ...rest, NODE_OPTIONS: options.join(" ") };
}

function withoutHostOnly(words: string[]): string[] {
  const kept: string[] = [];
  for (let i = 0; i < words.length; i++) {
    const word = words[i] as string;
    if (word === "-r" || HOST_ONLY.test(word)) {
      const takesNextWord = !word.includes("=") && !word.startsWith("--inspect");
      if (takesNextWord) i++;
    } else if (word !== "") kept.push(word);
  }
  return kept;
}
