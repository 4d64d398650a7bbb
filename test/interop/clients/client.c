/* What Debian's libhiredis makes of a server: one line per thing tried. See other-languages.test.ts. */
#include <hiredis/hiredis.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int port;

static redisContext *connect_to_server(void) {
  redisContext *context = redisConnect("127.0.0.1", port);
  if (context == NULL || context->err != 0) {
    fprintf(stderr, "cannot connect: %s\n", context == NULL ? "no memory" : context->errstr);
    exit(1);
  }
  return context;
}

static void print_reply(const redisReply *reply) {
  switch (reply->type) {
  case REDIS_REPLY_INTEGER:
    printf(" %lld", reply->integer);
    break;
  case REDIS_REPLY_NIL:
    printf(" nil");
    break;
  case REDIS_REPLY_ERROR:
    /* Without its code, which other libraries take off. */
    printf(" %s", strchr(reply->str, ' ') + 1);
    break;
  case REDIS_REPLY_ARRAY:
    for (size_t i = 0; i < reply->elements; i++) print_reply(reply->element[i]);
    break;
  default:
    printf(" %s", reply->str);
  }
}

static redisReply *receive(redisContext *context) {
  void *reply = NULL;
  if (redisGetReply(context, &reply) != REDIS_OK) {
    fprintf(stderr, "no reply: %s\n", context->errstr);
    exit(1);
  }
  return reply;
}

/* Sends a command and forgets its reply. */
static void run(redisContext *context, const char *command) {
  freeReplyObject(redisCommand(context, command));
}

/* Prints `what` and the reply to a command. */
static void say(const char *what, redisContext *context, const char *command) {
  redisReply *reply = redisCommand(context, command);
  if (reply == NULL) {
    fprintf(stderr, "%s: %s\n", command, context->errstr);
    exit(1);
  }
  printf("%s:", what);
  print_reply(reply);
  printf("\n");
  fflush(stdout);
  freeReplyObject(reply);
}

static void pipeline(redisContext *context) {
  static const char *const commands[] = {"SET k v", "INCR n", "INCR n", "GET k", "GET nokey"};
  const size_t count = sizeof commands / sizeof *commands;
  for (size_t i = 0; i < count; i++) redisAppendCommand(context, commands[i]);
  redisAppendCommand(context, "INCR k");
  printf("pipeline:");
  for (size_t i = 0; i <= count; i++) {
    redisReply *reply = receive(context);
    if (i == count) printf("\npipeline error:");
    print_reply(reply);
    freeReplyObject(reply);
  }
  printf("\n");
}

static void transactions(redisContext *context, redisContext *other) {
  run(context, "MULTI");
  run(context, "SET t 1");
  run(context, "INCR t");
  say("transaction", context, "EXEC");
  run(context, "WATCH t");
  run(other, "SET t 10");
  run(context, "MULTI");
  run(context, "INCR t");
  say("spoiled", context, "EXEC");
  run(context, "WATCH t");
  run(context, "MULTI");
  run(context, "INCR t");
  say("watched", context, "EXEC");
}

static void subscribe(redisContext *context) {
  redisAppendCommand(context, "SUBSCRIBE news");
  redisAppendCommand(context, "PSUBSCRIBE p*");
  for (int i = 0; i < 4; i++) {
    redisReply *reply = receive(context);
    const char *kind = reply->element[0]->str;
    if (strstr(kind, "message") != NULL) {
      printf("%s:", kind);
      for (size_t k = 1; k < reply->elements; k++) print_reply(reply->element[k]);
      printf("\n");
      fflush(stdout);
    }
    freeReplyObject(reply);
  }
}

int main(int argc, char **argv) {
  if (argc != 2) return 2;
  port = atoi(argv[1]);
  redisContext *context = connect_to_server();
  redisContext *alice = connect_to_server();
  redisContext *listener = connect_to_server();
  run(context, "AUTH plain");
  run(listener, "AUTH plain");
  say("connect", context, "PING");
  say("wrong password", alice, "AUTH wrong");
  say("no password", alice, "PING");
  run(alice, "AUTH alice secret");
  say("acl user", alice, "ACL WHOAMI");
  say("refused key", alice, "SET b 1");
  say("refused command", alice, "FLUSHALL");
  pipeline(context);
  transactions(context, listener);
  say("block timeout", context, "BLPOP queue 1");
  say("block", context, "BLPOP other queue 20");
  subscribe(listener);
  say("end", context, "GET k");
  redisFree(context);
  redisFree(alice);
  redisFree(listener);
  return 0;
}
