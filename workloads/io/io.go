// Package io holds the workloads that wait.
package io
