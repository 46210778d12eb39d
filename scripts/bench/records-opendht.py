"""OpenDHT nodes in one process, driven like records-worker.ts: a line of JSON asks, a line answers."""

import json
import sys
import time

import opendht as dht

nodes = []


def start(count, known):
    """Known: [host, port] of nodes to begin with."""
    for _ in range(count):
        # All nodes have one address here, so limits by address would slow down the other side only.
        config = dht.DhtConfig()
        config.setRateLimit(-1, -1)
        node = dht.DhtRunner()
        node.run(config=config)
        for host, port in known[:1]:
            node.bootstrap(host, str(port))
        nodes.append(node)
        if not known:
            known = [["127.0.0.1", node.getBound().getPort()]]
    return known


def timed(act, names):
    elapsed = []
    for name in names:
        begun = time.perf_counter()
        act(name)
        elapsed.append((time.perf_counter() - begun) * 1000)
    return elapsed


def put(name, size):
    if not nodes[0].put(dht.InfoHash.get(name), dht.Value(b"x" * size)):
        raise RuntimeError("put failed")


def get(name, size):
    values = nodes[0].get(dht.InfoHash.get(name))
    if not any(len(value.data) == size for value in values):
        raise RuntimeError("get found nothing")


for line in sys.stdin:
    question = json.loads(line)
    try:
        if question["do"] == "start":
            answer = start(question["count"], question["known"])
        else:
            size = question["bytes"]
            act = {"put": put, "get": get}[question["do"]]
            answer = timed(lambda name: act(name, size), question["names"])
        print(json.dumps({"answer": answer}), flush=True)
    except Exception as error:
        print(json.dumps({"error": repr(error)}), flush=True)
for node in nodes:
    node.shutdown()
