// Package cpu holds the workloads that compute.
//
// Their tasks share a few inputs, task i having input i modulo inputs: what all
// tasks must produce is then known for the price of a few.
package cpu

const inputs = 8
