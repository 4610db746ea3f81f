" :compiler gatelint, then :make
if exists('current_compiler')
  finish
endif
let current_compiler = 'gatelint'
CompilerSet makeprg=gatelint\ scan\ --format\ compact
CompilerSet errorformat=%f:%l:%c:\ %t%*[a-z]:\ %m
