/** The socket of X-Ray's daemon, on loopback: takes documents as they are sent. */
import { createSocket } from "node:dgram";

export interface XRayDocument {
  name: string;
  id: string;
  trace_id: string;
  parent_id?: string;
  type?: string;
  start_time: number;
  end_time: number;
  annotations: Record<string, unknown>;
  fault?: boolean;
  cause?: { exceptions: { type: string; message: string }[] };
  subsegments?: XRayDocument[];
}

export async function startDaemon(): Promise<{ address: string; documents: XRayDocument[]; close(): Promise<void> }> {
  const documents: XRayDocument[] = [];
  const socket = createSocket("udp4");
  socket.on("message", (message) => {
    const [header, ...rest] = message.toString().split("\n");
    if (header !== '{"format":"json","version":1}') throw new Error(`The daemon takes no ${header}`);
    documents.push(JSON.parse(rest.join("\n")));
  });
  await new Promise<void>((resolve) => socket.bind(0, "127.0.0.1", resolve));
  const address = `127.0.0.1:${socket.address().port}`;
  return { address, documents, close: () => new Promise((resolve) => socket.close(() => resolve())) };
}
