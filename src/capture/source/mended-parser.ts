import * as acorn from "acorn";

/** What the parser is in the middle of. */
interface TokenContext {
  token: string;
  generator: boolean;
}

/** What acorn exports, and gives to classes that extend its parser, but leaves out of its types. */
const { tokContexts } = acorn as typeof acorn & { tokContexts: Record<"f_expr" | "f_expr_gen", TokenContext> };

interface ParserInternals {
  context: TokenContext[];
  inGenerator: boolean;
  overrideContext(context: TokenContext): void;
  inGeneratorContext(): boolean;
  get allowNewDotTarget(): boolean;
}

type ExtensibleParser = new (
  options: acorn.Options,
  input: string,
  startPos?: number,
) => acorn.Parser & ParserInternals;

/**
 * Two mends of how acorn tells a division from a regular expression. It takes the slash after a `yield` for a division
 * where the generator is a method, whose head has no `function`. And it learns that an `async function` is an expression
 * when it has read the next token, and then changes what that one has opened.
 */
function mend(Base: ExtensibleParser): ExtensibleParser {
  return class extends Base {
    override overrideContext(context: TokenContext): void {
      const at = context === tokContexts.f_expr ? this.context.findLastIndex(({ token }) => token === "function") : -1;
      const opened = this.context[at];
      if (opened) this.context[at] = opened.generator ? tokContexts.f_expr_gen : context;
      else super.overrideContext(context);
    }

    override inGeneratorContext(): boolean {
      return this.inGenerator || super.inGeneratorContext();
    }

    override get allowNewDotTarget(): boolean {
      return true;
    }
  };
}

type Plugin = Parameters<typeof acorn.Parser.extend>[number];

/** Acorn's parser, which also takes `new.target` outside of functions. */
export const MendedParser = acorn.Parser.extend(mend as unknown as Plugin);
