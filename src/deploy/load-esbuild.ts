import { DeployError } from "../errors.js";

/** @param why what is made with it, as the beginning of a message. Rejects with `DeployError` where it is not installed. */
export async function loadEsbuild(why: string) {
  try {
    return await import("esbuild");
  } catch (cause) {
    const cure = "for which esbuild is needed, and it is not installed: npm install --save-dev esbuild";
    throw new DeployError(`${why}, ${cure}`, { cause });
  }
}
