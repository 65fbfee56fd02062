import type { Program } from "./arbitrary.js";

export function renderProgram(program: Program): string;
