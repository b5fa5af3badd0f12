package postgres

import (
	"crypto/hmac"
	"crypto/pbkdf2"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/jackc/pgx/v5/pgproto3"
)

// authenticate proves to the server who one is, if it wants to know: by the
// password itself, or by SCRAM-SHA-256.
//
// Note: SCRAM costs a millisecond of CPU for each connection, and another in the
// server. The server of scripts/postgres asks for the password itself, so that
// connecting takes little of an op.
func authenticate(f *pgproto3.Frontend, password string) error {
	var proof *scram
	for {
		m, err := f.Receive()
		if err != nil {
			return err
		}
		switch m := m.(type) {
		case *pgproto3.AuthenticationOk:
			if proof != nil && !proof.mutual {
				return errors.New("the server has not proved that it knows the password")
			}
			return nil
		case *pgproto3.AuthenticationCleartextPassword:
			f.Send(&pgproto3.PasswordMessage{Password: password})
		case *pgproto3.AuthenticationSASL:
			if !slices.Contains(m.AuthMechanisms, mechanism) {
				return fmt.Errorf("the server wants one of %v, and %s is all there is here", m.AuthMechanisms, mechanism)
			}
			proof = newSCRAM(password)
			f.Send(&pgproto3.SASLInitialResponse{AuthMechanism: mechanism, Data: []byte(gs2 + proof.first)})
		case *pgproto3.AuthenticationSASLContinue:
			if proof == nil {
				return errors.New("the server goes on with what was not begun")
			}
			final, err := proof.answer(string(m.Data))
			if err != nil {
				return err
			}
			f.Send(&pgproto3.SASLResponse{Data: []byte(final)})
		case *pgproto3.AuthenticationSASLFinal:
			if proof == nil || !proof.check(string(m.Data)) {
				return errors.New("the server does not know the password itself")
			}
		case *pgproto3.ErrorResponse:
			return refusal(m)
		case *pgproto3.NoticeResponse, *pgproto3.NegotiateProtocolVersion:
		default:
			return fmt.Errorf("the server wants %T: let it trust, or ask for a password or %s", m, mechanism)
		}
		if err := f.Flush(); err != nil {
			return err
		}
	}
}

const (
	mechanism = "SCRAM-SHA-256"
	gs2       = "n,," // no channel binding: there is no TLS
)

// A scram is a client's side of SCRAM-SHA-256 (RFC 5802 and 7677). The password
// is taken as it is: in ASCII that is what SASLprep makes of it.
type scram struct {
	password, nonce, first string
	server                 []byte // what the server is to prove
	mutual                 bool   // it has
}

func newSCRAM(password string) *scram {
	s := &scram{password: password, nonce: rand.Text()}
	s.first = "n=,r=" + s.nonce // PostgreSQL knows the name already
	return s
}

// answer is what the client says to the server's challenge.
func (s *scram) answer(challenge string) (string, error) {
	var nonce, salt, count string
	for _, part := range strings.Split(challenge, ",") {
		switch name, value, _ := strings.Cut(part, "="); name {
		case "r":
			nonce = value
		case "s":
			salt = value
		case "i":
			count = value
		}
	}
	n, err := strconv.Atoi(count)
	salty, err2 := base64.StdEncoding.DecodeString(salt)
	if err != nil || err2 != nil || n < 1 || !strings.HasPrefix(nonce, s.nonce) || nonce == s.nonce {
		return "", errors.New("the server's challenge makes no sense")
	}
	key, err := pbkdf2.Key(sha256.New, s.password, salty, n, sha256.Size)
	if err != nil {
		return "", err
	}
	final := "c=" + base64.StdEncoding.EncodeToString([]byte(gs2)) + ",r=" + nonce
	all := s.first + "," + challenge + "," + final
	client := sign(key, "Client Key")
	stored := sha256.Sum256(client)
	subtle.XORBytes(client, client, sign(stored[:], all))
	s.server = sign(sign(key, "Server Key"), all)
	return final + ",p=" + base64.StdEncoding.EncodeToString(client), nil
}

// check says whether the server's last word proves that it knows the password.
func (s *scram) check(last string) bool {
	proof, is := strings.CutPrefix(last, "v=")
	got, err := base64.StdEncoding.DecodeString(proof)
	s.mutual = is && err == nil && s.server != nil && hmac.Equal(got, s.server)
	return s.mutual
}

func sign(key []byte, message string) []byte {
	h := hmac.New(sha256.New, key)
	h.Write([]byte(message))
	return h.Sum(nil)
}
