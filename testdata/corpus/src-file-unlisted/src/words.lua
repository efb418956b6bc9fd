-- src/words.lua
return { "hello" }
