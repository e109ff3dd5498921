// SPDX-License-Identifier: GPL-2.0-or-later
// peer: what @bufbuild/cel makes of expressions. Reads lines {"bindings": {…}} and {"expr": …}, and writes of each
// expression what it comes to in the bindings before it, as build/tests/cel-conformance --values does.
import { createInterface } from "node:readline";
import { celEnv, celUint, isCelError, isCelList, isCelMap, isCelType, isCelUint, parse, plan } from "@bufbuild/cel";
import { corrected, functions } from "./corrections.mjs";

const environment = celEnv({ funcs: functions });

const decoders = {
  null: () => null,
  bool: (value) => value,
  int: (value) => BigInt(value),
  uint: (value) => celUint(BigInt(value)),
  double: (value) => Number(value),
  string: (value) => value,
  bytes: (value) => new Uint8Array(Buffer.from(value, "base64")),
  list: (value) => value.map(decode),
  map: (value) => new Map(value.map(([key, item]) => [decode(key), decode(item)])),
};

function decode(tagged) {
  const [[tag, value]] = Object.entries(tagged);
  return decoders[tag](value);
}

function hex(bytes) {
  return Buffer.from(bytes).toString("hex");
}

function bits(number) {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, number);
  return hex(new Uint8Array(view.buffer));
}

// On one line and the same for equal values: texts in hexadecimal, doubles by their bits, a map's entries in order.
function written(value) {
  if (value === null) return "null";
  if (typeof value === "boolean") return `bool ${value}`;
  if (typeof value === "bigint") return `int ${value}`;
  if (typeof value === "number") return Number.isNaN(value) ? "double nan" : `double ${bits(value)}`;
  if (typeof value === "string") return `string ${hex(Buffer.from(value, "utf8"))}`;
  if (value instanceof Uint8Array) return `bytes ${hex(value)}`;
  if (isCelUint(value)) return `uint ${value.value}u`;
  if (isCelType(value)) return `type ${value.name === "null_type" ? "null" : value.name}`;
  if (isCelList(value)) return `list [${[...value].map(written).join(", ")}]`;
  if (isCelMap(value)) {
    const entries = [...value].map(([key, item]) => `${written(key)}: ${written(item)}`);
    return `map {${entries.sort((a, b) => (a < b ? -1 : a > b ? 1 : 0)).join(", ")}}`;
  }
  return `error no CEL value: ${String(value)}`;
}

function evaluated(text, bindings) {
  try {
    const value = plan(environment, corrected(parse(text).expr))(bindings);
    return isCelError(value) ? `error ${value.message}` : written(value);
  } catch (error) {
    return `error ${error.message}`;
  }
}

let bindings = {};
let out = [];
for await (const line of createInterface({ input: process.stdin, crlfDelay: Infinity })) {
  const { bindings: given, expr } = JSON.parse(line);
  if (given) {
    bindings = Object.fromEntries(Object.entries(given).map(([name, value]) => [name, decode(value)]));
  } else {
    out.push(evaluated(expr, bindings).replaceAll("\n", " "));
  }
  if (out.length === 1000) {
    process.stdout.write(out.join("\n") + "\n");
    out = [];
  }
}
process.stdout.write(out.map((text) => text + "\n").join(""));
