package mixed

import (
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/concbench/concbench/runners"
	"github.com/concbench/concbench/workloads"
	"github.com/concbench/concbench/workloads/internal/sqlite"
	"github.com/concbench/concbench/workloads/internal/worktest"
)

// servingOrders serves api's origin, or another in its place.
func servingOrders(t *testing.T, h http.Handler) string {
	s := httptest.NewServer(h)
	t.Cleanup(s.Close)
	return s.Listener.Addr().String()
}

var quickAPI = workloads.Params{"latency": "1ms", "cpu": "2", "requests": "3"}

func TestAPIStoresWhatComesOutOfEachRequestUnderEveryModel(t *testing.T) {
	const tasks = 12
	s := worktest.Spec(t, api{}, quickAPI, servingOrders(t, orders()))
	work := worktest.Prepare(t, api{}, s, tasks)
	worktest.Each(t, api{}.Needs(s.Params, tasks), s, tasks, work, func(t *testing.T, o runners.Outcome) {
		require.NoError(t, o.Err)
		assert.Equal(t, work.Sum, o.Sum)
	})
}

func TestAnOrderThatIsNotTheOneAskedForIsNoticed(t *testing.T) {
	address := servingOrders(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		r.URL.Path = r.URL.Path[:strings.LastIndexByte(r.URL.Path, '/')] + "/7"
		orders().ServeHTTP(w, r)
	}))
	work := worktest.Prepare(t, api{}, worktest.Spec(t, api{}, quickAPI, address), 1)
	o := worktest.Once(t, 1, work)
	require.NoError(t, o.Err)
	assert.NotEqual(t, work.Sum, o.Sum)
	assert.ErrorContains(t, work.Observe(o, nil), "not what was to come out")
}

func TestWhatIsNoJSONFails(t *testing.T) {
	address := servingOrders(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Length", "3")
		w.Write([]byte("{no"))
	}))
	work := worktest.Prepare(t, api{}, worktest.Spec(t, api{}, quickAPI, address), 1)
	assert.ErrorContains(t, worktest.Once(t, 1, work).Err, "request 0: invalid character")
}

func TestWhatIsNotStoredAsItWasToBeIsNoticed(t *testing.T) {
	work := worktest.Prepare(t, api{}, worktest.Spec(t, api{}, quickAPI, servingOrders(t, orders())), 1)
	db := sqlite.Open(work.Data)
	defer db.Close()
	for statement, says := range map[string]string{
		"DELETE FROM results WHERE n = 2":                    "nothing is stored",
		"UPDATE results SET digest = 1 WHERE n = 1":          "request 1: what is stored",
		"INSERT INTO results SELECT 7, n, 0, 0 FROM results": "task 7",
		"UPDATE turnover SET cents = cents - 1":              "an update is lost",
		"DELETE FROM turnover":                               "0 tasks have a turnover",
	} {
		o := worktest.Once(t, 1, work)
		require.NoError(t, o.Err)
		require.NoError(t, db.Change(func(c *sqlite.Conn) error { return c.Exec(statement) }))
		assert.ErrorContains(t, work.Observe(o, nil), says, statement)
		require.NoError(t, work.Observe(runners.Outcome{Failed: 1}, nil), "the next op begins anew")
	}
	o := worktest.Once(t, 1, work)
	require.NoError(t, work.Observe(o, nil))
}

func TestTheOriginOfAPISaysWhatItWants(t *testing.T) {
	address := servingOrders(t, orders())
	for path, status := range map[string]int{
		"/0s/1/7": 200, "/1ms/1000/18446744073709551615": 200,
		"/1/40/7": 400, "/2h/40/7": 400, "/-1ms/40/7": 400, "/1ms/0/7": 400, "/1ms/1001/7": 400, "/1ms/40/x": 400,
		"/1ms/40": 404,
	} {
		resp, err := http.Get("http://" + address + path)
		require.NoError(t, err)
		resp.Body.Close()
		assert.Equal(t, status, resp.StatusCode, path)
	}
	begin := time.Now()
	resp, err := http.Get(fmt.Sprintf("http://%s/%v/1/7", address, 20*time.Millisecond))
	require.NoError(t, err)
	resp.Body.Close()
	assert.GreaterOrEqual(t, time.Since(begin), 20*time.Millisecond)
}

func TestTheOriginOfAPIEndsWithItsListener(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	require.NoError(t, l.Close())
	assert.NoError(t, api{}.Serve(l))
}
