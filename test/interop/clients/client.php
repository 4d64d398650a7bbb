<?php
// What Debian's php-redis makes of a server: one line per thing tried. See other-languages.test.ts.
declare(strict_types=1);

$port = (int) $argv[1];
ini_set('default_socket_timeout', '20');

function connect(string|array|null $auth = null): Redis
{
    global $port;
    $client = new Redis();
    $client->connect('127.0.0.1', $port);
    if ($auth !== null) {
        $client->auth($auth);
    }
    return $client;
}

function say(string $what, mixed ...$values): void
{
    $words = array_map(fn ($value) => match (true) {
        $value === false || $value === null || $value === [] => 'nil',
        $value === true => 'OK',
        default => (string) $value,
    }, $values);
    echo $what, ': ', implode(' ', $words), "\n";
}

// The text of the error that $action must end with, without its code.
function refusal(Redis|null $client, callable $action): string
{
    try {
        $action();
    } catch (RedisException $error) {
        return preg_replace('/^[A-Z]+ /', '', $error->getMessage());
    }
    $error = $client?->getLastError();
    return $error === null ? 'no error' : preg_replace('/^[A-Z]+ /', '', $error);
}

$client = connect('plain');
say('connect', $client->ping('PONG'));
say('wrong password', refusal(null, fn () => connect('wrong')));
$stranger = connect();
say('no password', refusal($stranger, fn () => $stranger->ping()));
$alice = connect(['alice', 'secret']);
say('acl user', $alice->rawCommand('ACL', 'WHOAMI'));
say('refused key', refusal($alice, fn () => $alice->set('b', '1')));
$alice->clearLastError();
say('refused command', refusal($alice, fn () => $alice->flushAll()));

$results = $client->pipeline()->set('k', 'v')->incr('n')->incr('n')->get('k')->get('nokey')->incr('k')->exec();
say('pipeline', ...array_slice($results, 0, 5));
// The library leaves a zero byte behind an error in a pipeline.
say('pipeline error', preg_replace('/^ERR /', '', rtrim($client->getLastError(), "\0")));

say('transaction', ...$client->multi()->set('t', '1')->incr('t')->exec());
$client->watch('t');
connect('plain')->set('t', '10');
say('spoiled', $client->multi()->incr('t')->exec());
$client->watch('t');
say('watched', ...$client->multi()->incr('t')->exec());

say('block timeout', $client->blPop(['queue'], 1));
say('block', ...$client->blPop(['other', 'queue'], 20));

// The library listens to one kind at a time, for as long as the connection is there.
function listen(string $method, string $to, string $kind): void
{
    $callback = function (Redis $own, string ...$parts) use ($kind): void {
        say($kind, ...$parts);
        $own->close();
    };
    try {
        connect('plain')->$method([$to], $callback);
    } catch (RedisException $error) {
        if ($error->getMessage() !== 'Connection closed') {
            throw $error;
        }
    }
}
listen('subscribe', 'news', 'message');
listen('psubscribe', 'p*', 'pmessage');
say('end', $client->get('k'));
