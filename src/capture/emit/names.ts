/** Names that the generated code uses, made so that no text of the user's can hold them. */
export interface Names {
  suffix: string;
  importer: string;
  own: string;
  x: string;
  set: string;
  index: string;
  home: string;
  args: string;
  inner: string;
  scopes: string;
}

export function namesFor(suffix: string): Names {
  const name = (text: string): string => text + suffix;
  return {
    suffix,
    importer: name("import"),
    own: name("own"),
    x: name("x"),
    set: name("s"),
    index: name("i"),
    home: name("home"),
    args: name("args"),
    inner: name("inner"),
    scopes: name("scopes"),
  };
}
