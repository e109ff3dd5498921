# SPDX-License-Identifier: GPL-2.0-or-later
"""generate: expressions over all types, operators, macros and conversions of CEL, the same from the same seed.

Most are well-typed, so that they come to something; now and then an operand is of another type than its place asks for,
a name is not bound, or a number lies at the end of its range.
"""
import random

SCALARS = ("null", "bool", "int", "uint", "double", "string", "bytes", "type")
KEYS = ("bool", "int", "uint", "string")
# One operand in so many is of any type at all.
MISFIT = 60

LITERALS = {
    "null": ["null"],
    "bool": ["true", "false"],
    "int": ["0", "1", "-1", "2", "3", "7", "10", "42", "-42", "100", "0x1f", "-0x10", "9223372036854775807", "-9223372036854775808",
            "4611686018427387904", "9007199254740993", "-9007199254740993", "2147483648"],
    "uint": ["0u", "1u", "2u", "3u", "10u", "0xffu", "42U", "18446744073709551615u", "9223372036854775808u", "9007199254740993u"],
    "double": ["0.0", "-0.0", "1.0", "-1.0", "0.5", "2.5", "-2.5", "1e3", "1e-3", "1e308", "-1e308", "5e-324", "3.14", ".5", "42.0",
               "9223372036854775807.0", "9223372036854775808.0", "-9223372036854775808.0", "18446744073709551615.0",
               "9007199254740993.0", "1e21", "1e-7", "123456789012345680.0", "(0.0 / 0.0)", "(1.0 / 0.0)", "(-1.0 / 0.0)"],
    "string": ["''", "'a'", "'b'", "'ab'", "'abc'", "\"a\"", "'A'", "'é'", "'日本'", "'😀'", "'\\uff21'", "'\\U0001F600'", "'\\x41'",
               "'\\101'", "'\\n'", "'\\\\'", "r'\\n'", "'''a'b'''", "\"\"\"x\"y\"\"\"", "'\\''", "'1'", "'-1'", "'42'", "'1.5'", "'1e3'", "'-0'",
               "'true'", "'False'", "'t'", "'TRUE'", "'tRUE'", "'9223372036854775808'", "'18446744073709551615'", "'0x1f'", "' 1'",
               "'1 '", "'NaN'", "'Infinity'", "'-Infinity'", "'+1'", "'1u'", "'.5'", "'5.'", "'1_0'", "'foo bar'", "'foobar'",
               "'\\u00e9'", "'e\\u0301'", "'\\x00'", "'a\\x00b'", "'\\?\\`\\\"'", "R'a\\b'"],
    "bytes": ["b''", "b'a'", "b'ab'", "b'abc'", "b'é'", "b'\\xff'", "b'\\377'", "b'\\303\\251'", "b'\\xc3'", "rb'\\n'", "b'''a'b'''", "b'\\x00a'",
              "B'A'", "b'\\xed\\xa0\\x80'", "b'\\xf0\\x9f\\x98\\x80'"],
    "type": ["bool", "int", "uint", "double", "string", "bytes", "list", "map", "type", "null_type"],
}

# What is at the edge of the grammar: wrong before it is evaluated, or as soon as it is, or just not.
EDGES = ["nothing", "nothing.at.all", "9223372036854775808", "18446744073709551616u", "1 +", "(1", "[1", "{1}", "1 2", "true && ", "a..b",
         "'a", "in", "if", "nosuch(1)", "s.nosuch()", "[1].all(x)", "size()", "size(1, 2)", "{1: 2, 1: 3}", "{1.5: 2}", "{null: 1}",
         "{[1]: 2}", "{1: 1, 1u: 2}", "'\\ud800'", "'\\U00110000'", "1.e3", "5.", "0x", "!1", "-'a'", "&& true", "true & true", "1 = 1",
         "a ? b", "?", "[,]", "{,}", "[1,,2]", "[,1]", "s.size(,)", "size(s,)", "[1,]", "{1: 2,}", "s..size()", "''.''", "1.size()", "1e",
         "1e400", "-9223372036854775809", "--1", "---1", "--i", "!!true", "!-1", "true ? 1", "1 == 1 == true", "1 < 2 < 3", "0b1", "01", "00",
         "1__0", "\u00e9", "`s`", "m.in", "m.package", "package", ".s", ".nothing", "[1].exists(s, s == .i)", "[1].all(_, _ == 1)", "''''",
         '""""""', "'\n'", "'''\n'''", "1 // behind\n", "1 /* c */", "i\n+\n1", "\t1\f", "@", "#", "$", "1;", "\\", "b", "r", "b 'a'",
         "r 'a'", "u'a'", "br'a'", "bR'\\x'"]

# The same where one of both refuses the text as a whole and the other takes it, or says so only when it comes to evaluate
# that part. OURS is an error then, or THEIRS is, or EITHER, which is what the comparison holds them to. Each with the
# reason, in the words of cel-spec doc/langdef.md where it says something.
OURS, THEIRS, EITHER = "ours", "theirs", "either"
EXCUSED = {
    "'\\u00'": (OURS, "A u followed by four hexadecimal characters"),
    "'\\q'": (OURS, "syntactically invalid […]: A backslash outside of a valid escape sequence"),
    "b'\\u0041'": (OURS, "Unicode code point […] Valid only for string literals."),
    "--u": (EITHER, "-int -> int, -double -> double: the peer takes two signs away, whatever stands behind them"),
    "!!5": (EITHER, "!bool -> bool: the peer takes two signs away, whatever stands behind them"),
    "m.`a`": (THEIRS, "fields in backquotes are in the conformance suite (fields/quoted_map_fields) alone"),
    "1 // at the end": (THEIRS, "COMMENT ::= '//' ~\\n* \\n: whether the last line needs an end is not worth a refusal"),
    "-77u": (EITHER, "UINT_LIT ::= INT_LIT [uU], but no unsigned number is negative: refused at once or when evaluated"),
    "-!true": (EITHER, 'Unary = "-" {"-"} Member: refused at once, or when evaluated for its type'),
    "has(1)": (EITHER, "has(e.f): refused at once, or when evaluated as a function that there is not"),
    "[1].map(1, 2)": (EITHER, "Here x is a simple identifier: refused at once, or when evaluated"),
    "[1].map(m.a, 1)": (EITHER, "Here x is a simple identifier: refused at once, or when evaluated"),
}

VARIABLES = {
    "null": ["n"], "bool": ["t", "f"], "int": ["i", "j", "big"], "uint": ["u", "v"], "double": ["d", "nan", "inf"],
    "string": ["s", "z", "wide"], "bytes": ["y"], "list": ["l", "ll", "mixed", "none"], "map": ["m", "mm", "keys", "void"],
}

BINDINGS = {
    "n": {"null": None}, "t": {"bool": True}, "f": {"bool": False},
    "i": {"int": "5"}, "j": {"int": "-3"}, "big": {"int": "9223372036854775807"},
    "u": {"uint": "7"}, "v": {"uint": "18446744073709551615"},
    "d": {"double": 2.5}, "nan": {"double": "NaN"}, "inf": {"double": "Infinity"},
    "s": {"string": "hello"}, "z": {"string": ""}, "wide": {"string": "\U0001f600\uff21é"},
    "y": {"bytes": "AP9h"},
    "l": {"list": [{"int": "1"}, {"int": "2"}, {"int": "5"}]},
    "ll": {"list": [{"list": [{"int": "1"}]}, {"list": []}, {"list": [{"int": "3"}, {"int": "4"}]}]},
    "mixed": {"list": [{"null": None}, {"int": "1"}, {"uint": "1"}, {"double": 1.0}, {"string": "1"}, {"double": "NaN"}, {"bool": True}]},
    "none": {"list": []},
    "m": {"map": [[{"string": "a"}, {"int": "1"}], [{"string": "b"}, {"string": "two"}], [{"string": "c"}, {"null": None}]]},
    "mm": {"map": [[{"string": "a"}, {"map": [[{"string": "b"}, {"list": [{"int": "1"}, {"double": 2.0}]}]]}]]},
    "keys": {"map": [[{"int": "1"}, {"string": "int"}], [{"bool": True}, {"string": "bool"}], [{"uint": "2"}, {"string": "uint"}]]},
    "void": {"map": []},
}

PATTERNS = ["'a'", "'^a'", "'b$'", "'a*'", "'a+b?'", "'[a-c]+'", "'[^a]'", "'(a|b)c'", "'(?:ab){2}'", "'a{1,2}'", "'\\\\\\\\d+'", "r'\\d+'", "r'\\w+\\s\\w+'",
            "r'^\\S*$'", "'.'", "'^.$'", "'(?i)HELLO'", "'l{2}'", "'[[:alpha:]]+'", "r'\\bfoo\\b'", "''", "'^$'", "'日'", "'😀'", "'('", "'['",
            "'a{2,1}'", "'*'", "'a**'", "'a*?'", "'a+??'", "'a{2}*'", "'a?{2}'", "'a{2}?'", "'(a*)*'", "'(?P<n>a)b'", "'(?<n>l)l'", "'a(?i)B'",
            "'(?i:h)E'", "'((?i)h)E'", "'(?i)h(?-i:E)'", "'(?m)^b'", "'(?s-m:.)'", "'(?U)a+'", "'(?i-)a'", "'(?)a'", "'(?x)a'", "'(?i)*'",
            r"r'\Qa.b\E'", r"r'\Qab\E*'", r"r'\Q(a'", r"r'\Q\E*'", r"r'\E'", r"r'\101'", r"r'\7'", r"r'\07'", r"r'\0'", r"r'\8'", "'[[:ascii:]]'",
            "'[[:graph:]]'", "'[[:print:]]'", "'[[:cntrl:]]'", "'[[:nope:]]'", r"r'[\]a]'", "'[]a]'", "'[^]a]'", "'[a-]'", "'[-a]'", "'[b-a]'", "'a{,2}'",
            "'{1}'", "'a{1'", "'(?:)'", "'()'", "'|'", "'(|a)+'", "'^*'", "'$+'", r"r'\b*'", r"r'\Ah'", r"r'o\z'", r"r'o\Z'", r"r'\x6'", r"r'\x{68}'",
            r"r'\x{110000}'", r"r'\a'", r"r'\/'", r"r'\_'", r"r'\-'", "'a{1001}'", "'(a{100}){100}'", "'.{2}é?$'", "'x|'", "'(?s).'", "r'\\.'", "'hel+o'", "r'[\\d.]+'", "'^[^é]*$'"]


class Maker:
    def __init__(self, seed):
        self.random = random.Random(seed)
        self.locals = []
        self.edges = EDGES + list(EXCUSED)

    def pick(self, things):
        return things[int(self.random.random() * len(things))]

    def below(self, n):
        return int(self.random.random() * n)

    def any_type(self):
        return self.pick(SCALARS + ("list", "map", "int", "string", "bool"))

    def expr(self, kind, depth):
        """An expression of that type, or for once of another."""
        if self.below(MISFIT) == 0:
            kind = self.any_type()
            if self.below(8) == 0:
                return self.pick(self.edges)
        if depth <= 0 or self.below(6) == 0:
            return self.leaf(kind)
        form = self.below(14)
        if form == 0:
            return f"({self.expr('bool', depth - 1)} ? {self.expr(kind, depth - 1)} : {self.expr(kind, depth - 1)})"
        if form == 1:
            return f"dyn({self.expr(kind, depth - 1)})"
        if form == 2:
            return f"{self.members(kind, depth, 2)}[{self.pick(['0', '1', '0u', '1.0', '0', '1', '-1', '0.5', '2'])}]"
        if form == 3:
            return f"{{'a': {self.expr(kind, depth - 1)}}}.{self.pick('aaaaaaaaab')}"
        return getattr(self, f"of_{kind}")(depth)

    def leaf(self, kind):
        near = [name for name, own in self.locals if own in (kind, None)]
        if near and self.below(2):
            return self.pick(near)
        if kind in ("list", "map") and self.below(2):
            return self.pick(["[]", "[1, 2, 3]", "['a', 'b']", "[1, 1u, 1.0]"] if kind == "list" else
                             ["{}", "{'a': 1}", "{1: 'a', 2: 'b'}", "{true: false}", "{'a': {'b': 1}}"])
        if kind in VARIABLES and (kind not in LITERALS or self.below(3) == 0):
            return self.pick(VARIABLES[kind])
        # Those in front are small, so that sums stay within their range more often than not.
        return self.pick(LITERALS[kind][:8] if self.below(2) else LITERALS[kind])

    def members(self, kind, depth, least=0):
        return "[" + ", ".join(self.expr(kind, depth - 2) for _ in range(least + self.below(4 - least))) + "]"

    # --- by what comes out ---

    def of_null(self, depth):
        return f"{self.pick(['n', 'null', 'm.c', 'mixed[0]'])}"

    def of_type(self, depth):
        return f"type({self.expr(self.any_type(), depth - 1)})"

    def of_bool(self, depth):
        return self.pick([self.logic, self.logic, self.comparison, self.comparison, self.comparison, self.equality, self.equality,
                          self.membership, self.quantifier, self.quantifier, self.text_test, self.presence, self.to_bool])(depth)

    def logic(self, depth):
        if self.below(5) == 0:
            return self.signed("!", "bool", depth)
        operator = self.pick(["&&", "||"])
        terms = [self.expr("bool", depth - 1) for _ in range(2 + self.below(2))]
        return "(" + f" {operator} ".join(terms) + ")"

    def bracketed(self, kind, depth):
        return f"({self.expr(kind, depth - 1)})"

    def signed(self, sign, kind, depth):
        """Never two of the same sign in a row, which the peer takes away (see EXCUSED)."""
        operand = self.bracketed(kind, depth)
        return f"{sign}dyn{operand}" if operand.lstrip("(").startswith(sign) else f"{sign}{operand}"

    def comparison(self, depth):
        kind = self.pick(["int", "uint", "double", "string", "bytes", "bool"])
        other = self.pick(["int", "uint", "double"]) if kind in ("int", "uint", "double") else kind
        return f"({self.expr(kind, depth - 1)} {self.pick(['<', '<=', '>', '>='])} {self.expr(other, depth - 1)})"

    def equality(self, depth):
        kind = self.any_type()
        other = self.pick(["int", "uint", "double"]) if kind in ("int", "uint", "double") else kind
        return f"({self.expr(kind, depth - 1)} {self.pick(['==', '!='])} {self.expr(other, depth - 1)})"

    def membership(self, depth):
        if self.below(2):
            kind = self.any_type()
            members = self.members(kind, depth) if self.below(2) else self.pick(VARIABLES["list"])
            return f"({self.expr(kind, depth - 1)} in {members})"
        return f"({self.expr(self.pick(KEYS + ('double',)), depth - 1)} in {self.expr('map', depth - 1)})"

    def within(self, kind, expression):
        """What `expression` makes where a variable of that type is bound."""
        name = self.pick(["x", "e", "s", "k"])
        self.locals.append((name, kind))
        made = expression()
        self.locals.pop()
        return name, made

    def range_of(self, depth):
        """A range and the type of its members, where there is one."""
        if self.below(5) == 0:
            return self.expr("map", depth - 1), None
        if self.below(4) == 0:
            return self.pick(VARIABLES["list"]), None
        kind = self.any_type()
        return self.members(kind, depth), kind

    def quantifier(self, depth):
        ranged, kind = self.range_of(depth)
        name, made = self.within(kind, lambda: self.expr("bool", depth - 1))
        return f"{ranged}.{self.pick(['all', 'exists', 'exists_one'])}({name}, {made})"

    def text_test(self, depth):
        text = self.expr("string", depth - 1)
        if self.below(3) == 0:
            pattern = self.pick(PATTERNS)
            return f"({text}).matches({pattern})" if self.below(2) else f"({text}).matches('' + {pattern})"
        return f"({text}).{self.pick(['contains', 'startsWith', 'endsWith'])}({self.expr('string', depth - 1)})"

    def presence(self, depth):
        return f"has({self.pick(['m', 'mm', 'void', 'keys', 'mm.a', 'm.b', self.bracketed('map', depth)])}.{self.pick(['a', 'b', 'c', 'd'])})"

    def to_bool(self, depth):
        return f"bool({self.numeral(['true', 'false', 't', '1'], depth)})"

    def numeral(self, words, depth):
        """A text that can be converted, more often than not."""
        return f"'{self.pick(words)}'" if self.below(3) else self.expr("string", depth - 1)

    def arithmetic(self, kind, operators, depth):
        if self.below(6) == 0:
            return self.signed("-", kind, depth)
        return f"({self.expr(kind, depth - 1)} {self.pick(operators)} {self.expr(kind, depth - 1)})"

    def conversion(self, kind, depth):
        if self.below(4) == 0:
            return f"{kind}({self.numeral(['1', '42', '0', '007', '1.5', '-7'], depth)})"
        return f"{kind}({self.expr(self.pick(['int', 'uint', 'double', kind]), depth - 1)})"

    def of_int(self, depth):
        form = self.below(8)
        if form < 2:
            sized = self.expr(self.pick(["string", "bytes", "list", "map"]), depth - 1)
            return f"size({sized})" if self.below(2) else f"({sized}).size()"
        return self.conversion("int", depth) if form < 4 else self.arithmetic("int", "+-*/%", depth)

    def of_uint(self, depth):
        return self.conversion("uint", depth) if self.below(2) else self.arithmetic("uint", "+-*/%", depth)

    def of_double(self, depth):
        return self.conversion("double", depth) if self.below(3) == 0 else self.arithmetic("double", "+-*/", depth)

    def of_string(self, depth):
        if self.below(2):
            return f"({self.expr('string', depth - 1)} + {self.expr('string', depth - 1)})"
        return f"string({self.expr(self.pick(['int', 'uint', 'double', 'bool', 'bytes', 'string']), depth - 1)})"

    def of_bytes(self, depth):
        if self.below(2):
            return f"({self.expr('bytes', depth - 1)} + {self.expr('bytes', depth - 1)})"
        return f"bytes({self.expr(self.pick(['string', 'bytes']), depth - 1)})"

    def of_list(self, depth):
        form = self.below(5)
        if form == 0:
            return f"({self.expr('list', depth - 1)} + {self.expr('list', depth - 1)})"
        if form == 1:
            return self.members(self.any_type(), depth)
        ranged, kind = self.range_of(depth)
        if form == 2:
            name, made = self.within(kind, lambda: self.expr("bool", depth - 1))
            return f"{ranged}.filter({name}, {made})"
        if form == 3:
            name, made = self.within(kind, lambda: self.expr(self.any_type(), depth - 1))
            return f"{ranged}.map({name}, {made})"
        name, made = self.within(kind, lambda: f"{self.expr('bool', depth - 1)}, {self.expr(self.any_type(), depth - 1)}")
        return f"{ranged}.map({name}, {made})"

    def of_map(self, depth):
        key, value = self.pick(KEYS), self.any_type()
        return "{" + ", ".join(f"{self.expr(key, depth - 2)}: {self.expr(value, depth - 2)}" for _ in range(self.below(4))) + "}"


def expressions(seed, count):
    """`count` of them, each once."""
    maker = Maker(seed)
    made = dict.fromkeys(maker.edges)
    while len(made) < count:
        made[maker.expr(maker.any_type(), 1 + maker.below(5))] = None
    return list(made)
