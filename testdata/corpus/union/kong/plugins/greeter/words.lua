-- kong/plugins/greeter/words.lua
return {}
