package io

import (
	"net"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/concbench/concbench/runners"
	"github.com/concbench/concbench/workloads"
	"github.com/concbench/concbench/workloads/internal/worktest"
)

func TestEchoCarriesMessagesOfEverySize(t *testing.T) {
	address := serving(t, echo{})
	for _, size := range []string{"1", "63", "4097", "65536"} {
		t.Run("size="+size, func(t *testing.T) {
			s := worktest.Spec(t, echo{}, workloads.Params{"size": size, "trips": "3"}, address)
			work := worktest.Prepare(t, echo{}, s, 4)
			worktest.Each(t, runners.Needs{}, s, 4, work, func(t *testing.T, o runners.Outcome) {
				require.NoError(t, o.Err)
				assert.Equal(t, work.Sum, o.Sum)
			})
		})
	}
}

func TestEchoNoticesOneWrongBit(t *testing.T) {
	address := listen(t, func(c net.Conn) {
		buf, total := make([]byte, 64), 0
		for {
			n, err := c.Read(buf)
			if err != nil {
				return
			}
			if total <= 500 && 500 < total+n {
				buf[500-total] ^= 1
			}
			total += n
			c.Write(buf[:n])
		}
	})
	s := worktest.Spec(t, echo{}, nil, address)
	work := worktest.Prepare(t, echo{}, s, 4)
	worktest.Each(t, runners.Needs{}, s, 4, work, worktest.Fails(4, "trip 7"))
}

func TestEchoFailsWhereTheServerHangsUp(t *testing.T) {
	address := listen(t, func(c net.Conn) { c.Read(make([]byte, 64)) })
	s := worktest.Spec(t, echo{}, nil, address)
	work := worktest.Prepare(t, echo{}, s, 4)
	worktest.Each(t, runners.Needs{}, s, 4, work, worktest.Fails(4, "EOF"))
}
