"""Talking to models that follow instructions: servers that speak OpenAI's chat protocol."""

from sparkloom.chat.answer import read_object, read_texts, unthought
from sparkloom.chat.server import ChatServer, Reply

__all__ = ["ChatServer", "Reply", "read_object", "read_texts", "unthought"]
