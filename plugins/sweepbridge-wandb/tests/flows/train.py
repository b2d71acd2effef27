"""A program for wandb agent: how it ends is said by its options."""

import argparse
import os
import sys
import time

parser = argparse.ArgumentParser()
parser.add_argument("--a", type=int)
parser.add_argument("--how", default="well")
parser.add_argument("--pause", type=float, default=0.0)
args = parser.parse_args()
if args.how == "before init":
    sys.exit(3)

import wandb

run = wandb.init(config=args, resume="allow" if args.how == "well" else None)  # as Lightning says in every run
for epoch in range(20 if args.how == "slowly" else 2):
    wandb.log({"loss": args.a + 1 / (epoch + 1)})
    time.sleep(args.pause)
run.summary["twice"] = 2 * wandb.config.a
if args.how == "killed":
    time.sleep(2.0)
    os.kill(os.getpid(), 9)
if args.how == "raises":
    raise ValueError("no luck")
run.finish()
