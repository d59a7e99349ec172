"""Starts services in order, restarts what dies, and stops everything in reverse."""

import os
import select
import signal
import time

from launcher import children
from launcher.trouble import Trouble

LONGEST_WAIT = 30
STEADY = 60  # seconds after which a restarted service counts as well again


class Stopped(Exception):
    """Somebody asked us to stop."""


class Bell:
    """Ctrl-C and kill ring it; whoever waits on it wakes at once."""

    def __init__(self):
        self.hears, self.rings = os.pipe()
        os.set_blocking(self.rings, False)
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            if number != signal.SIGHUP or signal.getsignal(number) != signal.SIG_IGN:
                signal.signal(number, self.ring)

    def ring(self, number, frame):
        os.write(self.rings, b"!")

    def pause(self, seconds):
        """Wait; raise Stopped as soon as the bell has rung, now or earlier."""
        if select.select([self.hears], [], [], seconds)[0]:
            raise Stopped


class Supervisor:
    def __init__(self, bell, roll, say=print):
        self.bell, self.roll, self.say = bell, roll, say
        self.services = []
        self.falls = {}  # service -> how often it died of late
        self.due = {}  # service -> when to start it again
        self.started = {}

    def start(self, service):
        # Listed first: whatever happens from here on, it is stopped.
        if service not in self.services:
            self.services.append(service)
        self.started[service] = time.monotonic()
        try:
            service.start(self.bell.pause)
        finally:
            if service.process is not None:
                self.roll.enter(service.process)

    def run(self, command, *, stop_signal=signal.SIGTERM, **options):
        """Run a step to its end; when we must stop meanwhile, it is stopped too."""
        process = children.spawn(command, **options)
        try:
            self.roll.enter(process)
            while not children.is_over(process):
                self.bell.pause(0.05)
        finally:
            children.end(process, signal_number=stop_signal)
            self.roll.strike(process)
        return process.returncode

    def watch(self):
        """Until the bell rings."""
        while True:
            for service in self.services:
                self.tend(service)
            self.bell.pause(0.5)

    def tend(self, service):
        now = time.monotonic()
        if service in self.due:
            if now >= self.due[service]:
                self.restart(service)
        elif service.died():
            children.end(service.process)
            self.roll.strike(service.process)
            lived = now - self.started[service]
            falls = self.falls[service] = 0 if lived > STEADY else self.falls.get(service, -1) + 1
            wait = min(2**falls, LONGEST_WAIT)
            self.due[service] = now + wait
            self.say(
                f"{titled(service)} ended by itself; starting it again in {wait} s. {see(service)}"
            )

    def restart(self, service):
        del self.due[service]
        try:
            self.start(service)
        except Trouble as trouble:
            self.say(trouble)
            service.stop()
        else:
            self.say(f"{titled(service)} is running again.")

    def stop(self):
        """Everything we started and nothing else, the last first."""
        for service in reversed(self.services):
            if service.process is not None:
                service.stop()
                self.roll.strike(service.process)


def titled(service):
    return service.name[0].upper() + service.name[1:]


def see(service):
    return f"Its log: {service.log}"
