"""An OpenDHT node, driven like records-worker.ts: a line of JSON asks, a line answers."""

import json
import sys
import time

import opendht as dht

node = dht.DhtRunner()


def start(known):
    # All nodes have one address here, so limits by address would slow down the other side only.
    config = dht.DhtConfig()
    config.setRateLimit(-1, -1)
    node.run(config=config)
    for address in known:
        host, port = address.split(":")
        node.bootstrap(host, port)
    return "127.0.0.1:" + str(node.getBound().getPort())


def timed(act, names, ms_max):
    elapsed = []
    end = time.perf_counter() + ms_max / 1000
    for name in names:
        begun = time.perf_counter()
        if begun >= end:
            break
        act(name)
        elapsed.append((time.perf_counter() - begun) * 1000)
    return elapsed


def put(name, size):
    if not node.put(dht.InfoHash.get(name), dht.Value(b"x" * size)):
        raise RuntimeError("put failed")


def get(name, size):
    values = node.get(dht.InfoHash.get(name))
    if not any(len(value.data) == size for value in values):
        raise RuntimeError("get found nothing")


for line in sys.stdin:
    question = json.loads(line)
    try:
        if question["do"] == "start":
            answer = start(question["known"])
        elif question["do"] == "meet":
            answer = None
        elif question["do"] == "cpu":
            answer = time.process_time() * 1000
        else:
            size = question["bytes"]
            act = {"put": put, "get": get}[question["do"]]
            answer = timed(lambda name: act(name, size), question["names"], question["msMax"])
        print(json.dumps({"answer": answer}), flush=True)
    except Exception as error:
        print(json.dumps({"error": repr(error)}), flush=True)
node.shutdown()
