"""The grammar of numbers and conditions, in Lark's notation. Words are Chinese or English; so are the connectives."""

GRAMMAR = r"""
?start: condition
?condition: conjunction
    | conjunction (("or" | "或") conjunction)+              -> any_of
?conjunction: negation
    | negation (("and" | "且") negation)+                   -> all_of
?negation: ("not" | "非") negation                          -> not_
         | comparison
?comparison: sum
    | sum "is" "not" word                                   -> is_not
    | sum ("is" | "是") word                                -> is_
    | sum "不是" word                                       -> is_not
    | sum "not" "in" words                                  -> not_in
    | sum ("in" | "属于") words                             -> in_
    | sum "has" word                                        -> has
    | sum COMPARE sum                                       -> compare
words: "[" word ("," word)* "]"
word: WORD | QUOTED | LITERAL
?sum: product
    | sum "+" product                                       -> add
    | sum ("-" | "−") product                               -> sub
?product: unary
    | product ("*" | "×") unary                             -> mul
    | product ("÷" | "/") unary                             -> div
?unary: ("-" | "−") unary                                   -> neg
      | atom
?atom: LITERAL                                              -> literal
     | DATE                                                 -> date
     | FUNCTION "(" [condition ("," condition)*] ")"        -> call
     | WORD                                                 -> name
     | "(" condition ")"
FUNCTION.3: /(min|max|ceil|floor|days|workdays|months|count|if)(?=\s*\()/
DATE.4: /[0-9]{4}-[0-9]{2}-[0-9]{2}(?![0-9])/
LITERAL.2: /[0-9]+(\.[0-9]+)?(%|万元|亿元|万|亿|元|个百分点)|[0-9]+(?![\d.A-Za-z_\u4e00-\u9fff])/
COMPARE: ">=" | "<=" | "≥" | "≤" | ">" | "<" | "==" | "="
QUOTED: /"[^"]*"|'[^']*'/
WORD: /(?!(and|or|not|is|in|has)\b)[A-Za-z_\u3400-\u9fff][\w\u3400-\u9fff·.（）βα]*/
%ignore /[ \t\u3000\n]+/
"""
