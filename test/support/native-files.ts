/** The beginnings of native libraries, as far as anyone looks at them who does not run them. */

const MACHINES = { x64: 62, arm64: 183 };

export interface NativeFile {
  arch: keyof typeof MACHINES;
  libc?: "glibc" | "musl";
  /** Version of Node's binary interface that it registers for; none with Node-API. */
  abi?: string;
}

/** Of Linux: the header, then texts as the tables of such a file hold them. */
export function elfFile({ arch, libc = "glibc", abi }: NativeFile): Uint8Array {
  const header = Buffer.alloc(64);
  header.write("\x7fELF", "latin1");
  header.writeUInt16LE(MACHINES[arch], 18);
  const texts = [libc === "glibc" ? "libc.so.6" : `libc.musl-${arch}.so.1`, abi && `node_register_module_v${abi}`];
  return Buffer.concat([header, Buffer.from(`${texts.filter(Boolean).join("\0")}\0`)]);
}
