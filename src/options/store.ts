import { type Check, hasMethods } from "./check.js";

export const isStore: Check = (value) => {
  if (typeof value === "string") return undefined;
  return (
    hasMethods("putIfAbsent", "get", "list")(value) &&
    `"s3://bucket/prefix", "azure://account/container/prefix", "gs://bucket/prefix", a folder, or a store`
  );
};
