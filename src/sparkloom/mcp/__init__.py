"""The door for agents: one file a resource; `server.py` speaks MCP."""

from sparkloom.mcp.server import TOOLS, mcp_app, mcp_server, serve_stdio

__all__ = ["TOOLS", "mcp_app", "mcp_server", "serve_stdio"]
