package main

import (
	"runtime"

	"github.com/spf13/cobra"

	"github.com/concbench/concbench/bench"
	"github.com/concbench/concbench/workloads/origin"
)

func originCommand() *cobra.Command {
	var listen string
	cmd := &cobra.Command{
		Use:   "origin",
		Short: "Serve what the I/O workloads talk to, in the foreground",
		Long: `Origin starts the servers that the I/O workloads measure against and prints
their addresses and how to use them, so that any other client can be pointed at
them. It ends with Ctrl-C.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			runtime.GOMAXPROCS(bench.OriginProcs()) // as where it is measured
			return origin.Foreground(cmd.Context(), cmd.OutOrStdout(), listen)
		},
	}
	cmd.Flags().StringVar(&listen, "listen", "127.0.0.1:0", "address and port to listen on; the servers take this port and those after it, 0: free ones")
	return cmd
}
