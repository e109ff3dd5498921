// SPDX-License-Identifier: GPL-2.0-or-later
// corrections: where @bufbuild/cel 0.6.1 and the specification part, or the specification leaves a choice and rules/cel
// makes another one. Each stands under the specification's own words (cel-spec doc/langdef.md; "free" where it says
// nothing) and replaces one function or one form of the peer, so that everything else of it is compared as it is.
import { CelScalar, celFunc, celUint, isCelList, isCelMap, isCelType, isCelUint, listType, mapType } from "@bufbuild/cel";

const { BOOL, BYTES, DOUBLE, DYN, INT, STRING, UINT } = CelScalar;
const LIST = listType(DYN);
const MAP = mapType(DYN, DYN);
const INT_MIN = -(2n ** 63n);
const INT_MAX = 2n ** 63n - 1n;
const UINT_MAX = 2n ** 64n - 1n;

function checked(number, least, most) {
  if (number < least || number > most) throw new Error("out of range");
  return number;
}

// --- Equality, Numbers: "two numbers x and y are equal if !(x < y || x > y)" ---
// The peer orders an int and a double as doubles, as the conformance suite asks (not_lt_dyn_int_big_lossy_double), but
// takes them for unequal where they differ beyond a double's precision; and a list or map that holds NaN equals itself
// by identity, where a[0] == b[0] && … is false.

const plain = (value) => (isCelUint(value) ? value.value : value);
const isNumber = (value) => typeof value === "bigint" || typeof value === "number";

function sameNumber(a, b) {
  return typeof a === typeof b ? a === b : Number(a) === Number(b);
}

function sameEntries(a, b) {
  const others = [...b];
  return [...a].every(([key, value]) => others.some(([other, its]) => equal(key, other) && equal(value, its)));
}

function sameBytes(a, b) {
  return Buffer.compare(Buffer.from(a), Buffer.from(b)) === 0;
}

function equal(one, other) {
  const [a, b] = [plain(one), plain(other)];
  if (isNumber(a) && isNumber(b)) return sameNumber(a, b);
  if (isCelList(a)) return isCelList(b) && a.size === b.size && [...a].every((item, i) => equal(item, b.get(i)));
  if (isCelMap(a)) return isCelMap(b) && a.size === b.size && sameEntries(a, b);
  if (a instanceof Uint8Array) return b instanceof Uint8Array && sameBytes(a, b);
  if (isCelType(a)) return isCelType(b) && a.name === b.name;
  return a === b;
}

// --- Ordering: "Strings and bytes obey lexicographic ordering of the byte values. Because strings are encoded in UTF-8,
// strings consequently also obey lexicographic ordering of their Unicode code points." The peer's is that of UTF-16. ---

const order = (a, b) => Buffer.compare(Buffer.from(a, "utf8"), Buffer.from(b, "utf8"));

// --- int, uint, double of string: "(if successful, otherwise an error)" ---
// What JavaScript takes for a number beyond one is none: no text at all, blanks around it, hexadecimal, NaN for the rest.
// Free: a plus in front of an int but not of a uint, and infinity and not-a-number by any spelling.

function wholeOf(text, form) {
  if (!form.test(text)) throw new Error("no whole number");
  return BigInt(text.replace("+", ""));
}

function doubleOf(text) {
  if (/^[+-]?inf(inity)?$/i.test(text)) return text[0] === "-" ? -Infinity : Infinity;
  if (/^[+-]?nan$/i.test(text)) return NaN;
  if (!/^[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)(e[+-]?[0-9]+)?$/i.test(text)) throw new Error("no number");
  if (!Number.isFinite(Number(text))) throw new Error("out of range");
  return Number(text);
}

// --- uint of double: "rounds toward zero, errors if out of range" ---
// Free: whether what lies between -1 and 0 is rounded first.

function uintOf(number) {
  if (!Number.isFinite(number)) throw new Error("out of range");
  return celUint(checked(BigInt(Math.trunc(number)), 0n, UINT_MAX));
}

// --- string of double: "converts a double to a string" ---
// Free: how it is written. This is the text of C's %g with the fewest digits, from 15 on, that read back as the same.

function written(number) {
  if (Number.isNaN(number)) return "NaN";
  if (!Number.isFinite(number)) return number < 0 ? "-Infinity" : "Infinity";
  let digits = 15;
  while (digits < 17 && Number(number.toExponential(digits - 1)) !== number) digits++;
  const [mantissa, power] = number.toExponential(digits - 1).split("e");
  const sign = Object.is(number, -0) ? "-" : "";
  const exponent = Number(power);
  if (exponent < -4 || exponent >= digits) {
    const short = mantissa.includes(".") ? mantissa.replace(/\.?0+$/, "") : mantissa;
    return `${sign}${short}e${exponent < 0 ? "-" : "+"}${String(Math.abs(exponent)).padStart(2, "0")}`;
  }
  const fixed = number.toFixed(Math.max(0, digits - 1 - exponent));
  return sign + (fixed.includes(".") ? fixed.replace(/\.?0+$/, "") : fixed);
}

// --- Division: "uint / uint -> uint"; the peer refuses what is beyond an int. ---

function divided(a, b) {
  if (b.value === 0n) throw new Error("divide by zero");
  return celUint(a.value / b.value);
}

// --- Map Key Membership: "Checks if a key exists in a map."; the peer finds none whose value is null. ---

const keyIn = (key, map) => [...map.keys()].some((own) => equal(own, key));

// --- Macros, has(e.f): "has(m.key_name) […] The value may be null as null does not connote absence in CEL", and "In all
// other cases, has(e.f) evaluates to an error." The peer makes false of either. Its form becomes a call of this. ---

function hasField(operand, field) {
  if (!isCelMap(operand)) throw new Error("no map");
  return keyIn(field, operand);
}

// --- Aggregate Values: "It is an error to have duplicate keys"; to the peer 1u and 1u, or 1 and 1u, are two keys. And
// "an allowed type (int, uint, bool, or string)", of which a double is none even where it is whole. A map literal goes
// through this with its keys. ---

function distinct(keys, map) {
  const all = [...keys];
  for (const [i, key] of all.entries()) {
    if (typeof key === "number") throw new Error("a double as key");
    if (all.slice(0, i).some((other) => equal(key, other))) throw new Error("two entries have the same key");
  }
  return map;
}

// --- List Indexing: "list(A)[int] -> A", and runtime equality lets any number stand for an int. The peer takes true for
// 1 and rounds no fraction away. Free: an index that is no number. ---

function element(list, index) {
  const at = Number(plain(index));
  if (!isNumber(plain(index)) || !Number.isInteger(at) || at < 0 || at >= list.size) throw new Error("no such member");
  return list.get(at);
}

function entry(map, key) {
  for (const [own, value] of map) if (equal(own, key)) return value;
  throw new Error("no such key");
}

const orders = [
  ["_<_", (r) => r < 0],
  ["_<=_", (r) => r <= 0],
  ["_>_", (r) => r > 0],
  ["_>=_", (r) => r >= 0],
];

export const functions = [
  celFunc("_==_", [DYN, DYN], BOOL, equal),
  celFunc("_!=_", [DYN, DYN], BOOL, (a, b) => !equal(a, b)),
  celFunc("@in", [DYN, LIST], BOOL, (value, list) => [...list].some((item) => equal(item, value))),
  // Free: to ask for what can be no key is an error to the peer, and false here.
  celFunc("@in", [DYN, MAP], BOOL, keyIn),
  ...[STRING, DOUBLE, INT, BOOL, UINT].map((type) => celFunc("@in", [type, MAP], BOOL, keyIn)),
  ...orders.map(([name, holds]) => celFunc(name, [STRING, STRING], BOOL, (a, b) => holds(order(a, b)))),
  celFunc("int", [STRING], INT, (text) => checked(wholeOf(text, /^[+-]?[0-9]+$/), INT_MIN, INT_MAX)),
  celFunc("uint", [STRING], UINT, (text) => celUint(checked(wholeOf(text, /^[0-9]+$/), 0n, UINT_MAX))),
  celFunc("uint", [DOUBLE], UINT, uintOf),
  celFunc("double", [STRING], DOUBLE, doubleOf),
  celFunc("string", [DOUBLE], STRING, written),
  celFunc("_/_", [UINT, UINT], UINT, divided),
  celFunc("@has", [DYN, STRING], BOOL, hasField),
  celFunc("@distinct", [LIST, MAP], MAP, distinct),
  celFunc("@element", [LIST, DYN], DYN, element),
  celFunc("@element", [MAP, DYN], DYN, entry),
];

// --- what is wrong before anything is evaluated ---

const nothing = { id: 0n, exprKind: { case: undefined } };
const call = (id, name, args) => ({ id, exprKind: { case: "callExpr", value: { function: name, args } } });
const text = (id, value) => ({
  id,
  exprKind: { case: "constExpr", value: { constantKind: { case: "stringValue", value } } },
});

// Values: "64-bit signed integers", "64-bit unsigned integers"; the peer's literals have no end. Free: a double's literal
// that is larger than any.
function constant(expr) {
  const { case: kind, value } = expr.exprKind.value.constantKind;
  if (kind === "int64Value") checked(value, INT_MIN, INT_MAX);
  if (kind === "uint64Value") checked(value, 0n, UINT_MAX);
  if (kind === "doubleValue" && !Number.isFinite(value)) throw new Error("out of range");
  return expr;
}

function select(expr) {
  const { operand, field, testOnly } = expr.exprKind.value;
  expr.exprKind.value.operand = corrected(operand);
  return testOnly ? call(expr.id, "@has", [expr.exprKind.value.operand, text(expr.id, field)]) : expr;
}

function called(expr) {
  const value = expr.exprKind.value;
  if (value.target) value.target = corrected(value.target);
  value.args = value.args.map(corrected);
  return value.function === "_[_]" ? call(expr.id, "@element", value.args) : expr;
}

function struct(expr) {
  const entries = expr.exprKind.value.entries;
  for (const own of entries) {
    own.keyKind.value = corrected(own.keyKind.value);
    own.value = corrected(own.value);
  }
  const keys = entries.map((own) => own.keyKind.value);
  const list = { id: expr.id, exprKind: { case: "listExpr", value: { elements: keys, optionalIndices: [] } } };
  return keys.length > 0 ? call(expr.id, "@distinct", [list, expr]) : expr;
}

function comprehension(expr) {
  const value = expr.exprKind.value;
  for (const part of ["iterRange", "accuInit", "loopCondition", "loopStep", "result"]) value[part] = corrected(value[part]);
  return expr;
}

const corrections = {
  constExpr: constant,
  selectExpr: select,
  callExpr: called,
  structExpr: struct,
  comprehensionExpr: comprehension,
  listExpr(expr) {
    expr.exprKind.value.elements = expr.exprKind.value.elements.map(corrected);
    return expr;
  },
};

// The tree of an expression with those forms in it replaced. Throws where it is none of the specification's.
export function corrected(expr = nothing) {
  const correct = corrections[expr.exprKind.case];
  return correct ? correct(expr) : expr;
}
