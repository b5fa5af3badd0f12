package io

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/concbench/concbench/runners"
	"github.com/concbench/concbench/workloads"
	"github.com/concbench/concbench/workloads/internal/worktest"
)

func TestDownloadReadsBodiesOfEverySize(t *testing.T) {
	address := serving(t, download{})
	for _, size := range []string{"1", "65537", "1000000"} {
		t.Run("size="+size, func(t *testing.T) {
			s := worktest.Spec(t, download{}, workloads.Params{"size": size}, address)
			work := worktest.Prepare(t, download{}, s, 6)
			worktest.Each(t, runners.Needs{}, s, 6, work, func(t *testing.T, o runners.Outcome) {
				require.NoError(t, o.Err)
				assert.Equal(t, work.Sum, o.Sum)
			})
		})
	}
}

func TestDownloadNoticesAnotherBody(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		r.URL.Path = pagePath(0, 100_000, 1)
		page(w, r)
	}))
	defer server.Close()
	s := worktest.Spec(t, download{}, workloads.Params{"size": "100000"}, server.Listener.Addr().String())
	work := worktest.Prepare(t, download{}, s, 2)
	worktest.Each(t, runners.Needs{}, s, 2, work, worktest.Fails(2, "not the one asked for"))
}
