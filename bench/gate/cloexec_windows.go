package gate

func closeOnExec(int) {}
