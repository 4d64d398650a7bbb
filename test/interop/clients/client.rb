# What Debian's ruby-redis makes of a server: one line per thing tried. See other-languages.test.ts.
require 'redis'

PORT = Integer(ARGV.fetch(0))
$stdout.sync = true

def connect(**options)
  Redis.new(host: '127.0.0.1', port: PORT, **options)
end

def say(what, *values)
  words = values.map { |value| value.nil? ? 'nil' : value.to_s }
  puts "#{what}: #{words.join(' ')}"
end

# The text of the error that the block must end with, without its code.
def refusal
  yield
  'no error'
rescue Redis::BaseError => error
  (error.cause.is_a?(Redis::CommandError) ? error.cause : error).message.sub(/^[A-Z]+ /, '')
end

client = connect(password: 'plain')
say 'connect', client.ping
say 'wrong password', refusal { connect(password: 'wrong').ping }
say 'no password', refusal { connect.ping }
alice = connect(username: 'alice', password: 'secret')
say 'acl user', alice.call('ACL', 'WHOAMI')
say 'refused key', refusal { alice.set('b', '1') }
say 'refused command', refusal { alice.flushall }

results = client.pipelined do |pipeline|
  pipeline.set('k', 'v')
  2.times { pipeline.incr('n') }
  pipeline.get('k')
  pipeline.get('nokey')
end
say 'pipeline', *results
say 'pipeline error', refusal { client.pipelined { |pipeline| pipeline.incr('k') } }

say 'transaction', *client.multi { |multi| multi.set('t', '1'); multi.incr('t') }
spoiled = client.watch('t') do
  connect(password: 'plain').set('t', '10')
  client.multi { |multi| multi.incr('t') }
end
say 'spoiled', spoiled
watched = client.watch('t') { client.multi { |multi| multi.incr('t') } }
say 'watched', *watched

say 'block timeout', client.blpop('queue', timeout: 1)
say 'block', *client.blpop('other', 'queue', timeout: 20)

subscriber = connect(password: 'plain')
# One call subscribes to one kind only, so the pattern is added when the channel is there.
subscriber.subscribe('news') do |on|
  on.subscribe { subscriber.psubscribe('p*') }
  on.message { |channel, message| say 'message', channel, message }
  on.pmessage do |pattern, channel, message|
    say 'pmessage', pattern, channel, message
    subscriber.punsubscribe
    subscriber.unsubscribe
  end
end
say 'end', client.get('k')
