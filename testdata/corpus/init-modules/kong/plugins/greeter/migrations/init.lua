-- kong/plugins/greeter/migrations/init.lua
return { "000_base_greeter" }
