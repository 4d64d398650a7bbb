"""What Debian's python3-redis makes of a server: one line per thing tried. See other-languages.test.ts."""
import re
import sys

import redis

port = int(sys.argv[1])


def connect(**options):
    return redis.Redis(host='127.0.0.1', port=port, decode_responses=True, **options)


def say(what, *values):
    # The library makes True of OK and None of nil.
    words = ['nil' if value is None else 'OK' if value is True else str(value) for value in values]
    print(f'{what}:', *words, flush=True)


def refusal(action):
    """The text of the error that `action` must end with, without its code, which libraries take off."""
    try:
        action()
    except redis.RedisError as error:
        return re.sub(r'^[A-Z]+ ', '', str(error))
    return 'no error'


client = connect(password='plain')
say('connect', 'PONG' if client.ping() else 'nothing')
say('wrong password', refusal(connect(password='wrong').ping))
say('no password', refusal(connect().ping))
alice = connect(username='alice', password='secret')
say('acl user', alice.acl_whoami())
say('refused key', refusal(lambda: alice.set('b', '1')))
say('refused command', refusal(alice.flushall))

pipeline = client.pipeline(transaction=False)
pipeline.set('k', 'v').incr('n').incr('n').get('k').get('nokey').incr('k')
*results, error = pipeline.execute(raise_on_error=False)
say('pipeline', *results)
say('pipeline error', re.sub(r'^(ERR|Command .*raised error:) ', '', str(error)))

say('transaction', *client.pipeline().set('t', '1').incr('t').execute())
with client.pipeline() as watched:
    watched.watch('t')
    client.set('t', '10')
    watched.multi()
    watched.incr('t')
    try:
        say('spoiled', *watched.execute())
    except redis.WatchError:
        say('spoiled', None)
with client.pipeline() as watched:
    watched.watch('t')
    watched.multi()
    watched.incr('t')
    say('watched', *watched.execute())

say('block timeout', client.blpop('queue', timeout=1))
say('block', *client.blpop(['other', 'queue'], timeout=20))

subscriber = client.pubsub()
subscriber.subscribe('news')
subscriber.psubscribe('p*')
left = 4
while left > 0:
    message = subscriber.get_message(timeout=20)
    if message is None:
        break
    left -= 1
    if message['type'].endswith('message'):
        say(message['type'], *filter(None, [message['pattern']]), message['channel'], message['data'])
subscriber.unsubscribe()
subscriber.close()
say('end', client.get('k'))
