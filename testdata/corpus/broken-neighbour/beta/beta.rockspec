package = 
