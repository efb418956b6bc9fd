-- kong/plugins/greeter/text/init.lua
return {}
