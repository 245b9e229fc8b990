" Syntax of .poster and .kit files. Generated from layoutgen/language_server/grammars.py; a test compares the two.
if exists('b:current_syntax')
  finish
endif

syntax iskeyword @,48-57,_,-,192-255
syntax match posterStatement /\%(^\|[{};]\)\s*\zs\<\%(reference\|backdrop\|language\|palette\|require\|canvas\|object\|poster\|region\|slogan\|verify\|group\|image\|param\|style\|font\|look\|for\|kit\|use\|on\|qr\)\>\ze\%(\s*:\)\@!/
syntax match posterProperty /\<\%(letter-spacing\|align-bottom\|align-right\|center-with\|line-height\|align-left\|candidates\|align-top\|direction\|hyphenate\|unchecked\|underline\|attempts\|min-size\|right-of\|between\|columns\|left-of\|opacity\|outline\|overlap\|padding\|pattern\|seconds\|aspect\|border\|bullet\|effect\|format\|height\|inside\|italic\|length\|locked\|margin\|radius\|rotate\|shadow\|strike\|valign\|verify\|weight\|above\|align\|avoid\|below\|bleed\|color\|extra\|lines\|never\|panel\|scale\|width\|case\|draw\|face\|fill\|flow\|font\|from\|role\|size\|text\|then\|box\|dpi\|fit\|gap\|max\|min\|at\)\>\ze\s*:/
syntax match posterType /:\s*\zs\<\%(integer\|percent\|number\|color\|image\|money\|date\|enum\|flag\|list\|text\|url\)\>/
syntax keyword posterClause as when not extends of gap in near within
syntax keyword posterConstant top-left top top-right left center right bottom-left bottom bottom-right thin extralight light regular normal medium semibold bold extrabold heavy black yes no none canvas page white locale palette fonts allow forbid column row middle upper lower title auto ltr rtl vertical contain cover generate typeset exact loose digits off png jpg webp pdf edit subject style identity fail warn story instagram-post instagram-portrait instagram-landscape facebook-post facebook-cover x-post x-header linkedin-post linkedin-link pinterest-pin youtube-thumbnail open-graph wechat-cover xiaohongshu-post banner square leaderboard large-leaderboard billboard medium-rectangle large-rectangle half-page skyscraper wide-skyscraper mobile-banner full-hd full-hd-portrait slide a0-portrait a0-landscape a1-portrait a1-landscape a2-portrait a2-landscape a3-portrait a3-landscape a4-portrait a4-landscape a5-portrait a5-landscape a6-portrait a6-landscape letter-portrait letter-landscape legal-portrait legal-landscape tabloid-portrait tabloid-landscape
syntax match posterNumber /\k\@1<![+-]\?\%(\d\+\%(\.\d\+\)\?\|\.\d\+\)\%( \?%\|\a\+\)\?/
syntax match posterNumber /\<\d\{1,9}[x×]\d\{1,9}\>/
syntax match posterColor /#\x\{6}\%(\x\x\)\?\>/
syntax match posterOperator /[<>=!]=\|[<>=?]\|\.\./
syntax match posterEscape /\\\%(u{\x\{1,6}}\|["\\n]\)/ contained
syntax match posterFilter /|\s*\zs\%(truncate\|default\|percent\|number\|lower\|money\|title\|upper\|date\|nbsp\)\>/ contained
syntax region posterTemplateString start=/"/ skip=/\\./ end=/"/ contained oneline
syntax region posterTemplate matchgroup=posterDelimiter start=/{{/ end=/}}\|$/ contained contains=posterFilter,posterTemplateString,posterNumber
syntax region posterString start=/"/ skip=/\\./ end=/"\|$/ contains=posterEscape,posterTemplate
syntax region posterString start=/"""/ end=/"""/ contains=posterEscape,posterTemplate
syntax match posterComment /\/\/.*$/ contains=@Spell
syntax region posterBlock start=/{/ end=/}/ transparent fold

highlight default link posterStatement Statement
highlight default link posterProperty Identifier
highlight default link posterType Type
highlight default link posterClause Keyword
highlight default link posterConstant Constant
highlight default link posterNumber Number
highlight default link posterColor Special
highlight default link posterOperator Operator
highlight default link posterEscape SpecialChar
highlight default link posterFilter Function
highlight default link posterTemplateString String
highlight default link posterTemplate PreProc
highlight default link posterDelimiter Delimiter
highlight default link posterString String
highlight default link posterComment Comment

let b:current_syntax = 'poster'
