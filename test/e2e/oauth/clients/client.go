// The same by golang.org/x/oauth2.
package main

import (
	"bufio"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"strings"
	"time"

	"golang.org/x/oauth2"
	"golang.org/x/oauth2/clientcredentials"
)

var (
	issuer   = os.Getenv("ISSUER")
	tokenURL = issuer + "/v1/auth/token"
	ctx      = context.Background()
)

func say(step string, what map[string]any) {
	what["step"] = step
	line, _ := json.Marshal(what)
	fmt.Println(string(line))
}

func errorOf(err error) string {
	var refused *oauth2.RetrieveError
	var body struct{ Error string }
	if errors.As(err, &refused) && json.Unmarshal(refused.Body, &body) == nil {
		return body.Error
	}
	return err.Error()
}

func get(client *http.Client, path string) (int, map[string]any) {
	answer, err := client.Get(issuer + path)
	if err != nil {
		panic(err)
	}
	defer answer.Body.Close()
	var body map[string]any
	_ = json.NewDecoder(answer.Body).Decode(&body)
	return answer.StatusCode, body
}

func service(step, secret, scope string, style oauth2.AuthStyle) {
	config := clientcredentials.Config{
		ClientID: os.Getenv("CLIENT_ID"), ClientSecret: secret, TokenURL: tokenURL,
		Scopes: []string{scope}, AuthStyle: style,
	}
	token, err := config.Token(ctx)
	if err != nil {
		say(step, map[string]any{"error": errorOf(err)})
		return
	}
	status, _ := get(oauth2.NewClient(ctx, oauth2.StaticTokenSource(token)), "/v1/projects")
	say(step, map[string]any{"type": token.TokenType, "scope": token.Extra("scope"), "status": status})
}

func person() {
	config := oauth2.Config{
		ClientID: os.Getenv("PUBLIC_CLIENT_ID"), RedirectURL: os.Getenv("REDIRECT_URI"),
		Scopes: []string{"projects:read", "offline_access"},
		Endpoint: oauth2.Endpoint{
			AuthURL: issuer + "/v1/auth/authorize", TokenURL: tokenURL, AuthStyle: oauth2.AuthStyleInParams,
		},
	}
	verifier := "go-" + strings.Repeat("v", 50)
	digest := sha256.Sum256([]byte(verifier))
	challenge := base64.RawURLEncoding.EncodeToString(digest[:])
	say("open", map[string]any{"url": config.AuthCodeURL("go-state",
		oauth2.SetAuthURLParam("code_challenge", challenge),
		oauth2.SetAuthURLParam("code_challenge_method", "S256"))})
	line, _ := bufio.NewReader(os.Stdin).ReadString('\n')
	landed, _ := url.Parse(strings.TrimSpace(line))
	token, err := config.Exchange(ctx, landed.Query().Get("code"),
		oauth2.SetAuthURLParam("code_verifier", verifier))
	if err != nil {
		say("code", map[string]any{"error": errorOf(err)})
		return
	}
	_, me := get(config.Client(ctx, token), "/v1/me")
	principal, credential := me["principal"].(map[string]any), me["credential"].(map[string]any)
	say("code", map[string]any{"kind": principal["kind"], "scopes": credential["scopes"]})
	// A token that has run out is refreshed by the library itself.
	old := *token
	old.Expiry = time.Now().Add(-time.Minute)
	source := config.TokenSource(ctx, &old)
	next, err := source.Token()
	if err != nil {
		say("refresh", map[string]any{"error": errorOf(err)})
		return
	}
	status, _ := get(oauth2.NewClient(ctx, source), "/v1/me")
	say("refresh", map[string]any{"rotated": next.RefreshToken != token.RefreshToken, "status": status})
}

func main() {
	secret := os.Getenv("CLIENT_SECRET")
	service("basic", secret, "projects:read", oauth2.AuthStyleInHeader)
	service("post", secret, "projects:read", oauth2.AuthStyleInParams)
	service("wrong secret", "slc_cs_wrong", "projects:read", oauth2.AuthStyleInHeader)
	service("wrong scope", secret, "no:such", oauth2.AuthStyleInHeader)
	person()
}
