/** One small text for each rule of docs/seal-skeleton.md that chance would leave unpinned. */

/** A construct of a link's length, `units` long from its parenthesis to the closing one. */
const target = (units: number) => `[a](${'x'.repeat(units - 2)}) 7`

export const directedTexts: Readonly<Record<string, string>> = {
  'quotations that a line lacks':
    '> - a\n>\n    > 5. x\n\n> - a\n    - b\n\n> - a\n- \t~x &amp;\n\n> - a\n```\n5\n```',
  'markers and marks in a row':
    '1.  > x\n\n>+     - 5\n\n- -\n\n      1. b\n\n1. \n    2. c\n\n>\t~~~ 5\n> 6\n> ~~~',
  'dashes with a space between': 'a\n\n- -\n\n\t* b\n\n-- \n5\n-- \n6',
  'behind a task box': '- [x] |---|---|\n\n- [x] ````5\n\n- [ ] - 6\n\n- [x] # 7',
  'what ends with a row or a heading':
    '# <b a="\nc"> d\n\n# ![x](y\n"z") c\n\n| a | b |\n|---|---|\n| <b a="\nc"> | c |\n[x](\ny) 2',
  'rows before other blocks':
    '| a |\n|---|\n| b |\n2. c\n    [c](d)\n---\n\n| a |\n|---|\n# e | f\n---\n5 | 6\n\n| a |\n|---|\n***\n===\n7 | 8',
  'backticks in targets': '[a](b\\`c) d [a](b`c) d ![a](b\\`c) ![a`b](c) ![a\\`b](c) [a](<b`c>) 5',
  "a declaration that holds a comment's beginning": 'a <![2. <!--"> 5 <!x--> 6 <!-> 7',
  'waves and quotes': "a ～'s 〜'5 a～'s",
  'boxes on a page': '[  ] 5\n- [] 6\n[\u00a0] 7\n- [x] [ ] 8',
  'CR LF': `a *\r\nb [x](\r\ny) 5 [a](${'x'.repeat(508)}\r\n) 6`,
  'a CR LF that does not fit': `[a](${'x'.repeat(510)}\r\n) 6`,
  'a tag over line ends, beside numbers': 'a <b\n5> <b\n* c> <b\n> d> <b c="\n6">7',
  'clusters of 64 units and of more': `a${'\u0316'.repeat(63)}\u0301 b${'\u0316'.repeat(64)}\u0301 c${'\u0316'.repeat(65)}\u0301 e${'\u0316'.repeat(66)}\u0301`,
  'sixteen items, and a seventeenth': `${Array.from({ length: 16 }, (_, i) => `${'  '.repeat(i)}- ${i}`).join('\n')}\n\n${' '.repeat(36)}[c](d)\n${Array.from({ length: 17 }, (_, i) => `${'  '.repeat(i)}- ${i}`).join('\n')}\n\n${' '.repeat(36)}[c](d)`,
  'compositions of Unicode 16':
    '\u{105d2}\u0307 \u{11382}\u{113c9} \u{113c2}\u{113b8} \u{16121}\u{1611e} \u{16d63}\u{16d67}',
  'numbers that interrupt no paragraph':
    'text\n1986. A year\n\n- item\n\ntext\n2. two\n\n> - item\n>   more\n>   1986. A year\n> 3. three',
  'numbers that do':
    'text\n1. one\n\n- item\nlazy\n2. two\n\n> 1. one\n> lazy\n> 2. two\n\n- item\n\n  more\n1986. A year',
  'items without content': 'text\n1.\nmore\n\ntext\n+\nmore\n\n1. a\n2.\n3. b\n\n- a\n-\n- b',
  'a quotation that a blank line ends': '> - a\n\n     1986. x\n\n> 1. a\n2. b\n\n> a\n1986. b\n>> c\n> 3. d',
  'task boxes': '- [ ] 1986. x\n- [x] - 5\n- [X]\n- [y] 1\n- [ ]\t6\n1. [ ] seven',
  'indentation behind a marker':
    '-     1. code\n-    text\n\n10)      2. code\n\n- a\n\n      3. code\n\ntext\n      4. text',
  'sixteen deep': Array.from({ length: 18 }, (_, i) => `${'  '.repeat(i)}- ${i}`).join('\n'),
  'lines that draw':
    '- - -\n\n- | -\n\n-\n\n*\n\n: - |\n\ntext\n===\n\n===\n\na | b\n--- | ---\n- | 5\n-5 | 6\n\n|:-\ntext | - 5',
  'table rows end inline state': '| `a | 2*3 |\n|---|---|\n| b` | <b>3*4 |\n\n`a | 2*3`',
  fences:
    '````\n2*3 `\n```\n2*4\n`````\n2*5\n\n``` a`b\n2*6\n\n~~~ a`b\n2*7\n~~~ x\n~~~\n- ```\n  2*8\n2*9\n\n> ```\n> 2*1\n\n2*2',
  'links that fail':
    '[a](b c) [a](<b) [a](b (c) [a](b "c) [a](1`2) [a](x\n2*3) [a](x\n\n4) [a](b "c"d) <i>5</i>',
  'a link of 512 units': target(512),
  'a link of 513 units': target(513),
  'links over line ends':
    '[a](\nx) 1\n[a](x\n  "t") 2\n[a](x\n5) 3\n[a](x\n> y) 4\n[a](x\n(y)) 5\n[a](x\n/y) 6',
  'links of all sorts':
    "[a]() [a](<>) [a](<b c> 't') [a](b(c(d))e) [a](b\\)c) [a](\\<b) [a](b (t)) [a](b (t(u)) [[a](b)](c) [a] (b) a](b)",
  images: '![1](2) ![[3](4)](5) ![6\\](7) ![8`9](1) ![2\n3](4) ![5](6 7) !a ![x]',
  'raw HTML':
    '<b>1 <b a=1 b=\'2\' c="3" d>2 <b/>3 </b >4 <!x>5 <!-- - > -->6 <!-->7 <?p?>8 <![CDATA[x>9]]> <1>2 <b c=d>3 <b c=">4',
  'raw HTML that fails': 'a <b <i>1</i> <b c=\n\nd>2 <b\n3> <b\nc>4 <a:b <i>5 </b c>6 <b c=<d>7 <b"c>8',
  autolinks: '<https://a.b/c?d=1> <a@b.c> <m:n> <a.b/c@d> <a/b@c> <a b:c> <a+b:1<c> <x->y>',
  'elements that break a line':
    '1<br>2<p>3</td>4<b>5<hr/>6<center>7<address>8<LI>9<h3>1<dialog>2<nav>3<custom-li>4',
  references:
    '&amp;&lt;&copy; &#42;5&#42; &#x2d;5 &#0; &#xd800; &unknown; &#; &amp &AMP; 1&nbsp;2 &#91;^1] &Sigma; &sum;',
  escapes: '2\\*3 \\1 a\\\n5 \\` 2*3 \\` \\[1](2) \\&amp; \\',
  'code spans': '``2*3` 4*5`` `a\n2*3` b `[a](b) <i> &amp;` ` \\` 2*3`',
  'the fold of signs':
    '5 -(3) a !(b) -x !x = !=y a!b 5!6 a--b 5--6 --6 +-5 5 + -6 .5 -.5 a.-5 1.-5 1..5 1…5 1.,5 1:5 a:5 1::5',
  'the fold of delimiters':
    'a * b a *b * c 2*3 2**3 2***3 2*a a*3 a*b é*3 ~5 ~~5 a ~5 5~6 X ~ N _a_ a_b 5_6 *_2_* 2*_3_ a *',
  'the fold of pipes and hashes': 'P(A|B) a| b |c |5 a| *b 5|6 - |5 C# #1 a#b # 5 a * |',
  'the fold of quotes, carets and brackets': "6'2\" 'a' x^2 [^1] [`^`1] []^1 [*^*1] [a^1 2'3 5 ' 6",
  'the fold of what is rewritten': '©® ™ − 5 −5 5〜6 ～5 ±5 5±2 a·b 1\u03872 *\u1fef*5 2*\u1fef3',
  'gaps between numbers':
    '10 30 10, 30 10-30 10 - 30 10.30 10. 30 10 .30 5; 6 5(6) 5 *6 5 [6] 5 \u{1f600} 6 5\n6',
  'marks and clusters':
    'a\u0316\u0301 \u0e01\u0e49\u0e33 \u0995\u09bf \u09a1\u09bc\u09bf \u0995\u09be\u0981 1\ufe0f\u20e3 1\u0301 e.\u0301 e,\u0301 e \u0301 e-\u0301 \u0627\u064e\u0654 a\u200d\u0301',
  'a long cluster': `a${'\u0316'.repeat(70)}\u0301b`,
  Hangul: '\u1100\u1161\u11a8 \u1100\u1100\u1161 \uac00\u11a8 \u1100.\u1161 \ua960\u1161\ud7b0',
  'flags and joined pictures':
    '\u{1f3f4}\u{e0067}\u{e0062}\u{e007f} a\u{e0067} 👩\u200d💻 a\u200db ❤\ufe0f\u200d🔥 👩\u200d 💻 👩\u200d*💻',
  'characters of Unicode 15 to 17':
    '1 \u{11f50}\u{11f51} 2 \u{1e4f0}\u{1e4f1} \u{10d40}\u{10d41} \u{11f43}1 \u{11f00}a a\u{10d69} \u{1e5f1}3 \u{11bf0}4',
  'marks of lists on a page':
    '1. a\n\t2) b\n• - c\n[ ] 4\n[x]5\n- [\t] 6\n12345678901. d\n7.\n8.\r\n9. e\r10. f\n☑\n- 5\n-5\n[ 6',
  'tags that a page shows': 'a<br>1 <b c="<i>">2 <b <i>3 <x@y.z> <b\n\nc>4 <!-- 5 --> <b\n- c>6',
  'a tag of 512 units': `<b c="${'x'.repeat(504)}"> 5 <b c="${'x'.repeat(505)}"> 6`,
  'dashes that draw and dashes that count':
    'a- | - 5 | -- | —6 | - x |:-: | -: b\n\n5 - - 6 -- 7 a – — b -(c) --(d) +- -, 8 -\n\n--\n\ntext\n--\n\n-- \ntext\n\n- --\n\n1. --',
  'signs that touch':
    'pay.pal.com ../x .5 ..a a.(b) a,b 5,c a:b :c 5:d ：6 ．e ．7 a．8 ·9 a·b c.-d .!e !.f !#g a.\u0301 a,. b',
  'signs between spaces': '5 · 3 · a 1 : 5 1 :\n5 a : 5 5 :: 6 5 . 6 5 ; 7 5 … 8 * · ~ x',
  'signs inside words':
    'we\'re 5\'s a"b "a"b a;b ;c a?b a??b a?.b a\\b a\\\\b a{b}c {d} a;-b a;*b* 5;6 «a»b ‹c› 5» a\u037eb',
  'parentheses and abbreviations':
    '(a) (5) 5(6) 5 (7) (-8) -(9) (#a) (.b) ( c) ("d") ((e)) (*f*) (C) (c) (R)g (TM) (tm) (Cx) (C\u0301) (**C**) (C\u200b) (C\u200e) ([C]) (-C) ©5 ®-6 ™x ±-5 （Ｃ）（C）',
  'brackets and backticks between digits':
    '5[6 5]7 5[8](9)1 5`6` 5[[6 5[-6 5].7 5[ 6 5 [6 5[*6* *5*[6] 5[a 5`a`6 2[*3 2`*3',
  'controls of direction':
    'a\u202eb\u202c \u20675\u2069-6 5\u200e5 a\u061c.b e\u200f\u0301 (\u200eC) [\u200f^1 *\u200f*5 👩\u200e\u200d💻',
  bangs: '5! 5!! 5!=6 a!b a! b !! a !5 5!!x -!a !-a [!NOTE] ![x',
  'code in rows': '| `a\\|b` | `c\\\\|d` |\n|---|---|\n| `e\\f` | `g\\` |\n| `h|i` | `5\\\n\n`a\\|b`',
  'line ends in what is held': 'a <!-- b\r\nc [d](e\r\n5 &x\r\n![f\r\n6 <g\r\nh 7',
  'line ends': 'a\r\nb\rc\n\r\n5\r6\r\n\r\n# 7 #\r- 8\r- 9',
}
