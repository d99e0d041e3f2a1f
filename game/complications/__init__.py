"""complications"""
